// Package importtest keeps the imports of the program pointing one way.
//
// The table in this file is the design: every package has a floor, and it
// imports only from floors below its own, or from the neighbours its row
// names. The same row names the third-party modules it may use, so that a new
// dependency is a decision somebody can read. A package without a row fails
// the test, and so does a row without a package.
package importtest

// The floors, from the ground up.
const (
	vocabulary = iota + 1 // what every other package may speak of
	rules                 // nouns, rules and the ports they need
	keepers               // adapters: SQL, providers, mail, jobs
	uses                  // what the product does with them
	doors                 // HTTP and MCP: they translate and decide nothing
	assembly              // builds everything and starts it
	workshop              // tests, benchmarks and scripts: no part of the program
)

// row says what one package may import.
type row struct {
	floor   int
	beside  []string // packages of the same floor
	modules []string // third-party modules
}

// Third-party modules, by what they are for. docs/architecture.md has the
// reason for each.
const (
	anthropic = "github.com/anthropics/anthropic-sdk-go"
	compare   = "github.com/google/go-cmp"
	cpu       = "golang.org/x/sys"
	crypto    = "golang.org/x/crypto"
	flags     = "github.com/alecthomas/kong"
	gomail    = "github.com/wneessen/go-mail"
	goose     = "github.com/pressly/goose/v3"
	huma      = "github.com/danielgtaylor/huma/v2"
	schema    = "github.com/google/jsonschema-go"
	openai    = "github.com/openai/openai-go/v3"
	pgx       = "github.com/jackc/pgx/v5"
	rate      = "golang.org/x/time"
	sqlite    = "modernc.org/sqlite"
	stem      = "github.com/blevesearch/snowballstem"
	terminal  = "golang.org/x/term"
	testshell = "github.com/rogpeppe/go-internal"
	text      = "golang.org/x/text"
	uuid      = "github.com/google/uuid"
	vek       = "github.com/viterin/vek"
)

// house has a row for every package, by its path below the module's root.
var house = map[string]row{
	"internal/fault":    {floor: vocabulary},
	"internal/fence":    {floor: vocabulary},
	"internal/matrix":   {floor: vocabulary, modules: []string{cpu}},
	"internal/owner":    {floor: vocabulary},
	"internal/secret":   {floor: vocabulary},
	"internal/underway": {floor: vocabulary},

	"internal/account":      {floor: rules, beside: []string{"internal/mail"}, modules: []string{crypto, rate, text, uuid}},
	"internal/artifact":     {floor: rules, beside: []string{"internal/llm"}},
	"internal/audit":        {floor: rules},
	"internal/byok":         {floor: rules, beside: []string{"internal/audit", "internal/llm", "internal/vault"}},
	"internal/digest":       {floor: rules, beside: []string{"internal/account", "internal/artifact", "internal/idea", "internal/job", "internal/mail"}},
	"internal/embed":        {floor: rules},
	"internal/idea":         {floor: rules, beside: []string{"internal/words"}, modules: []string{text}},
	"internal/job":          {floor: rules},
	"internal/live":         {floor: rules},
	"internal/llm":          {floor: rules},
	"internal/mail":         {floor: rules, beside: []string{"internal/job"}},
	"internal/usage":        {floor: rules, beside: []string{"internal/llm"}},
	"internal/vault":        {floor: rules, modules: []string{crypto}},
	"internal/vector":       {floor: rules, modules: []string{vek}},
	"internal/words":        {floor: rules, modules: []string{stem, text}},
	"internal/conversation": {floor: rules, beside: []string{"internal/artifact", "internal/llm"}},

	"internal/store":            {floor: keepers, beside: []string{"internal/store/migrations"}, modules: []string{goose, pgx, sqlite}},
	"internal/store/migrations": {floor: keepers},

	"internal/embed/e5":     {floor: keepers, modules: []string{text}},
	"internal/embed/remote": {floor: keepers, modules: []string{rate}},

	"internal/mail/smtp": {floor: keepers, modules: []string{gomail}},

	"internal/provider/anthropic": {floor: keepers, modules: []string{anthropic}},
	"internal/provider/openai":    {floor: keepers, modules: []string{openai}},

	"internal/agent":           {floor: uses, beside: []string{"internal/gateway", "internal/tool"}},
	"internal/digest/writer":   {floor: uses, beside: []string{"internal/gateway"}},
	"internal/enrich":          {floor: uses, beside: []string{"internal/search"}},
	"internal/gateway":         {floor: uses, modules: []string{anthropic, openai}}, // its tests try the SDKs at the door
	"internal/gateway/keytest": {floor: uses, beside: []string{"internal/gateway"}},
	"internal/search":          {floor: uses},
	"internal/spec":            {floor: uses, beside: []string{"internal/gateway", "internal/search"}},
	"internal/suggest":         {floor: uses, beside: []string{"internal/gateway"}},
	"internal/tool":            {floor: uses, beside: []string{"internal/search", "internal/spec"}, modules: []string{schema}},

	"internal/api": {floor: doors, modules: []string{huma}},
	"internal/web": {floor: doors, beside: []string{"web"}},
	"web":          {floor: doors},

	"cmd/neuralrepo":  {floor: assembly, beside: []string{"internal/app", "internal/config"}, modules: []string{flags, terminal}},
	"internal/app":    {floor: assembly, beside: []string{"internal/config"}, modules: []string{pgx}},
	"internal/config": {floor: assembly, modules: []string{flags}},

	"bench":                             {floor: workshop, modules: []string{pgx}},
	"internal/embed/embedtest":          {floor: workshop},
	"internal/importtest":               {floor: workshop},
	"internal/mail/mailtest":            {floor: workshop},
	"internal/mail/mailtest/mailserver": {floor: workshop, beside: []string{"internal/mail/mailtest"}},
	"internal/pgtest":                   {floor: workshop, modules: []string{pgx}},
	"internal/pgtest/pgcluster":         {floor: workshop, beside: []string{"internal/pgtest"}, modules: []string{pgx}},
	"internal/store/storetest":          {floor: workshop, modules: []string{compare}},
	"internal/llm/llmtest":              {floor: workshop, modules: []string{compare}},
	"scripts/embedeval":                 {floor: workshop, beside: []string{"internal/embed/embedtest"}},
	"scripts/embedmodel":                {floor: workshop},
	"scripts/runtests":                  {floor: workshop, beside: []string{"internal/mail/mailtest", "internal/pgtest"}},
	"eval":                              {floor: workshop},
}

// inTests are the modules that any test file may use besides those of its
// package. Test files may import every package of the program.
var inTests = []string{compare, testshell, uuid} // a uuid makes an owner

// guarded are packages of the standard library that only the named packages
// may import, test files aside.
var guarded = map[string][]string{
	"database/sql":        {"internal/store"},
	"database/sql/driver": {"internal/store"},
	"math/rand":           {}, // math/rand/v2 for chance, crypto/rand for secrets
	"os/exec":             {"bench", "internal/mail/mailtest", "internal/pgtest", "internal/pgtest/pgcluster", "scripts/runtests"},
	"unsafe":              {},
}
