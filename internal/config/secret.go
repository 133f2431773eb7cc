package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// fileSuffix turns the variable that holds a secret into the one that names a
// file with it.
const fileSuffix = "_FILE"

// maxSecretFile is how many bytes a file with a secret may have. A longer one
// is another file, named by mistake.
const maxSecretFile = 64 << 10

// Options teach kong what a field of type "secret" is: its flag and its
// variable NAME_FILE name a file, and without them the variable NAME has the
// secret itself.
func Options() []kong.Option {
	return []kong.Option{
		kong.NamedMapper("secret", kong.MapperFunc(decodeSecret)),
		kong.Resolvers(kong.ResolverFunc(resolveSecret)),
		kong.ValueFormatter(formatHelp),
	}
}

// decodeSecret takes a secret from resolveSecret, or the name of a file from
// a flag or variable.
func decodeSecret(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("file")
	if err != nil {
		return err
	}
	text, ok := token.Value.(secret.Text)
	if name := fmt.Sprint(token.Value); !ok && name != "" {
		if text, err = readSecret(name); err != nil {
			return err
		}
	}
	target.Set(reflect.ValueOf(text))
	return nil
}

// resolveSecret returns the secret that stands in a variable of its own.
func resolveSecret(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Tag.Type != "secret" {
		return nil, nil
	}
	file := flag.Envs[0]
	name := strings.TrimSuffix(file, fileSuffix)
	text := os.Getenv(name)
	switch {
	case text == "":
		return nil, nil
	case os.Getenv(file) != "":
		return nil, fmt.Errorf("both %s and %s are set; unset one of them", name, file)
	}
	return secret.New(text), nil
}

// readSecret reads a file that has a secret and nothing else. The line break
// that editors and echo put at the end is not part of it.
func readSecret(name string) (secret.Text, error) {
	f, err := os.Open(name)
	if err != nil {
		return secret.Text{}, fmt.Errorf("cannot read the file with the secret, %s: %w", name, reason(err))
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	switch {
	case err != nil:
		return secret.Text{}, fmt.Errorf("cannot read the file with the secret, %s: %w", name, reason(err))
	case len(b) > maxSecretFile:
		return secret.Text{}, fmt.Errorf("the file with the secret, %s, is too long to be one", name)
	}
	b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
	if len(b) == 0 {
		return secret.Text{}, fmt.Errorf("the file with the secret, %s, is empty", name)
	}
	return secret.New(string(b)), nil
}

// reason is err without the names of the system call and the file.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// formatHelp names the variables of a flag behind its help.
func formatHelp(v *kong.Value) string {
	if v.Tag.Type != "secret" {
		return kong.DefaultHelpValueFormatter(v)
	}
	file := v.Tag.Envs[0]
	return fmt.Sprintf("%s ($%s, or the file that $%s or this flag names).",
		strings.TrimSuffix(v.Help, "."), strings.TrimSuffix(file, fileSuffix), file)
}
