// Package config has every setting of the server in one struct, from which
// come the flags, the environment variables, the help and the documentation.
//
// A flag wins over its environment variable. A secret has no flag, as what
// stands on a command line can be read by everybody on the machine: it comes
// from its variable NAME, or from the file that NAME_FILE or a flag names.
package config

import (
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Config is what the server may be told.
type Config struct {
	Storage

	Addr          string      `default:"127.0.0.1:8484" env:"NEURALREPO_ADDR" help:"Where to listen. Port 0 takes any that is free; without a host it listens on all addresses of the machine."`
	PublicURL     string      `name:"public-url" env:"NEURALREPO_PUBLIC_URL" placeholder:"URL" help:"The address at which people reach the server, if a proxy is in front of it. With https, cookies are sent over https only."`
	TrustProxy    bool        `env:"NEURALREPO_TRUST_PROXY" help:"Take the address of a client from the last entry of X-Forwarded-For. Only behind a proxy that sets it: without one, anybody could claim any address."`
	EncryptionKey secret.Text `name:"encryption-key-file" env:"ENCRYPTION_KEY_FILE" type:"secret" placeholder:"FILE" help:"What provider keys are encrypted with: 32 random bytes in base64. If it is not given, one is made once and kept in the data folder."`

	Plan       string `default:"pro" enum:"free,pro" env:"NEURALREPO_PLAN" help:"The plan of new accounts, free or pro."`
	DailyLimit int    `default:"10000" env:"NEURALREPO_DAILY_LIMIT" help:"Requests a day that the plan pro allows with API keys and Bearer tokens. The web app is not counted."`

	LogLevel  string `default:"info" enum:"debug,info,warn,error" env:"NEURALREPO_LOG_LEVEL" help:"What to log at least: debug, info, warn or error. With debug, every request is."`
	LogFormat string `default:"text" enum:"text,json" env:"NEURALREPO_LOG_FORMAT" help:"How to log, text or json."`
}

// Storage is where everything is kept.
type Storage struct {
	Data        string      `default:"./data" env:"NEURALREPO_DATA" help:"The folder with the database and the encryption key. It is made if it is not there."`
	DatabaseURL secret.Text `name:"database-url-file" env:"DATABASE_URL_FILE" type:"secret" placeholder:"FILE" help:"A PostgreSQL database, as postgres://user:password@host/name, to use instead of SQLite in the data folder."`
	Durability  string      `default:"full" enum:"full,normal" env:"NEURALREPO_DURABILITY" help:"What a write to SQLite survives once it is answered: full is a power cut, normal only an end of the program, but faster."`
}
