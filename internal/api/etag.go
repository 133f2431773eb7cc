package api

import (
	"strconv"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// etag names a version of an idea. It is strong: the same version has the
// same bytes but for what belongs to other ideas.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// noVersion is what an ETag stands for that is well formed and not ours. No
// idea has it.
const noVersion = -1

// parseIfMatch returns the versions that an If-Match header lists; nil if
// there is no header or it lets any version pass. A weak ETag matches none,
// as RFC 9110 has it.
func parseIfMatch(header string) ([]int64, error) {
	rest := strings.TrimSpace(header)
	if rest == "" || rest == "*" {
		return nil, nil
	}
	var versions []int64
	for {
		version := int64(noVersion)
		weak := strings.HasPrefix(rest, "W/")
		rest = strings.TrimPrefix(rest, "W/")
		opaque, behind, closed := strings.Cut(strings.TrimPrefix(rest, `"`), `"`)
		if !strings.HasPrefix(rest, `"`) || !closed {
			return nil, errIfMatch()
		}
		if n, err := strconv.ParseInt(opaque, 10, 64); err == nil && !weak {
			version = n
		}
		versions = append(versions, version)

		behind = strings.TrimSpace(behind)
		if behind == "" {
			return versions, nil
		}
		var comma bool
		if rest, comma = strings.CutPrefix(behind, ","); !comma {
			return nil, errIfMatch()
		}
		rest = strings.TrimSpace(rest)
	}
}

func errIfMatch() error {
	return fault.OfField("If-Match", `must be an ETag such as "3", or several with commas between them, or *`)
}
