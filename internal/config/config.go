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

	Addr       string `default:"127.0.0.1:8484" env:"NEURALREPO_ADDR" help:"Where to listen. Port 0 takes any that is free; without a host it listens on all addresses of the machine."`
	PublicURL  string `name:"public-url" env:"NEURALREPO_PUBLIC_URL" placeholder:"URL" help:"The address at which people reach the server, if a proxy is in front of it. With https, cookies are sent over https only."`
	TrustProxy bool   `env:"NEURALREPO_TRUST_PROXY" help:"Take the address of a client from the last entry of X-Forwarded-For. Only behind a proxy that sets it: without one, anybody could claim any address."`

	Encryption

	Plan       string `default:"pro" enum:"free,pro" env:"NEURALREPO_PLAN" help:"The plan of new accounts, free or pro."`
	DailyLimit int    `default:"10000" env:"NEURALREPO_DAILY_LIMIT" help:"Requests a day that the plan pro allows with API keys and Bearer tokens. The web app is not counted."`

	AI
	Meaning
	Mail

	LogLevel  string `default:"info" enum:"debug,info,warn,error" env:"NEURALREPO_LOG_LEVEL" help:"What to log at least: debug, info, warn or error. With debug, every request is."`
	LogFormat string `default:"text" enum:"text,json" env:"NEURALREPO_LOG_FORMAT" help:"How to log, text or json."`
}

// Storage is where everything is kept.
type Storage struct {
	Data        string      `default:"./data" env:"NEURALREPO_DATA" help:"The folder with the database and the encryption key. It is made if it is not there."`
	DatabaseURL secret.Text `name:"database-url-file" env:"DATABASE_URL_FILE" type:"secret" placeholder:"FILE" help:"A PostgreSQL database, as postgres://user:password@host/name, to use instead of SQLite in the data folder."`
	Durability  string      `default:"full" enum:"full,normal" env:"NEURALREPO_DURABILITY" help:"What a write to SQLite survives once it is answered: full is a power cut, normal only an end of the program, but faster."`
}

// Encryption is what provider keys are encrypted with.
type Encryption struct {
	EncryptionKey         secret.Text `name:"encryption-key-file" env:"ENCRYPTION_KEY_FILE" type:"secret" placeholder:"FILE" help:"What provider keys are encrypted with: 32 random bytes in base64. If it is not given, one is made once and kept in the data folder."`
	EncryptionKeyPrevious secret.Text `name:"encryption-key-previous-file" env:"ENCRYPTION_KEY_PREVIOUS_FILE" type:"secret" placeholder:"FILE" help:"What ENCRYPTION_KEY was before, one key a line: they still open what was encrypted with them. Give it until neuralrepo encryption-key rotate has ended."`
}

// Mail is the server that takes mails, and who they come from.
type Mail struct {
	SMTPHost     string      `name:"smtp-host" env:"SMTP_HOST" placeholder:"NAME" help:"The mail server that takes the mails of this one, such as smtp.example.org. Without it no mail is sent, and everything else works."`
	SMTPPort     int         `name:"smtp-port" default:"0" env:"SMTP_PORT" help:"The port of the mail server; 0 is 587 with starttls, 465 with tls and 25 with none."`
	SMTPTLS      string      `name:"smtp-tls" default:"" enum:",starttls,tls,none" env:"SMTP_TLS" placeholder:"HOW" help:"How the connection to the mail server is encrypted: starttls begins in the clear and sends nothing if the server does not offer TLS; tls begins with it; none sends mails and password in the clear. Without it, starttls, and none if the mail server is on this machine."`
	SMTPUsername string      `name:"smtp-username" env:"SMTP_USERNAME" placeholder:"NAME" help:"Whom to sign in as at the mail server, if it asks."`
	SMTPPassword secret.Text `name:"smtp-password-file" env:"SMTP_PASSWORD_FILE" type:"secret" placeholder:"FILE" help:"The password for SMTP_USERNAME."`
	MailFrom     string      `name:"mail-from" env:"MAIL_FROM" placeholder:"ADDRESS" help:"The address that mails come from, such as NeuralRepo <ideas@example.org>. The mail server must let SMTP_USERNAME use it."`
}

// What understands ideas: BuiltIn is part of the program, the others are asked
// over the network.
const (
	BuiltIn          = "built-in"
	WorkersAI        = "workers-ai"
	OpenAICompatible = "openai-compatible"
)

// Meaning is what understands ideas.
type Meaning struct {
	Embedder     string `name:"embedder" default:"built-in" enum:"built-in,none,workers-ai,openai-compatible" env:"NEURALREPO_EMBEDDER" help:"What understands ideas, for search by meaning, duplicates and connections: built-in is a model that is part of the program and needs no network; workers-ai is bge-m3 at Cloudflare, with CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN; openai-compatible is a server with OpenAI's embeddings API; with none, ideas are found by their words alone. Ideas are sent to the one that is named, and all are read anew when it changes."`
	EmbedWorkers int    `name:"embed-workers" default:"0" env:"NEURALREPO_EMBED_WORKERS" help:"How many ideas are understood at a time. Each takes one core while it lasts. With 0 it is one core less than there are, but at least one and at most two."`

	EmbeddingsURL        string      `name:"embeddings-base-url" env:"NEURALREPO_EMBEDDINGS_BASE_URL" placeholder:"URL" help:"Where the server of openai-compatible is, such as https://api.openai.com/v1, or http://127.0.0.1:11434/v1 of Ollama."`
	EmbeddingsKey        secret.Text `name:"embeddings-api-key-file" env:"NEURALREPO_EMBEDDINGS_API_KEY_FILE" type:"secret" placeholder:"FILE" help:"The key that the server of openai-compatible asks for, if it does."`
	EmbeddingsModel      string      `name:"embeddings-model" env:"NEURALREPO_EMBEDDINGS_MODEL" placeholder:"NAME" help:"What the model is called there, such as text-embedding-3-small."`
	EmbeddingsDimensions int         `name:"embeddings-dimensions" default:"0" env:"NEURALREPO_EMBEDDINGS_DIMENSIONS" help:"How many numbers a vector of the model has; 0 if the program knows the model."`
	EmbeddingsPerMinute  int         `name:"embeddings-per-minute" default:"300" env:"NEURALREPO_EMBEDDINGS_PER_MINUTE" help:"How many requests for embeddings one copy of the program makes in a minute at most."`

	EmbeddingsPrice *float64 `name:"embeddings-price" env:"NEURALREPO_EMBEDDINGS_PRICE" placeholder:"DOLLARS" help:"What a million tokens cost there, in US dollars. If it is not given, it is that of the model's maker, or not known. Unless it is 0, nobody's ideas are read anew, and no import of many is read, before they have seen what it takes and start it. Give 0 for a server of your own that costs nothing."`

	VectorMegabytes int `name:"vector-megabytes" default:"256" env:"NEURALREPO_VECTOR_MEGABYTES" help:"How much memory the vectors of ideas may take. Those of people who ask nothing are forgotten first, and read again when they do."`
}

// CloudflareGateway is the AI_GATEWAY that is known.
const CloudflareGateway = "cloudflare"

// AI is which models answer, where they are and how much may be asked of them.
type AI struct {
	AnthropicURL  string `name:"anthropic-base-url" env:"ANTHROPIC_BASE_URL" placeholder:"URL" help:"Where Anthropic's API is, if not at https://api.anthropic.com."`
	OpenAIURL     string `name:"openai-base-url" env:"OPENAI_BASE_URL" placeholder:"URL" help:"Where OpenAI's API is, if not at https://api.openai.com/v1."`
	OpenRouterURL string `name:"openrouter-base-url" env:"OPENROUTER_BASE_URL" placeholder:"URL" help:"Where OpenRouter's API is, if not at https://openrouter.ai/api/v1."`

	Gateway      string      `name:"ai-gateway" default:"" enum:",cloudflare" env:"AI_GATEWAY" placeholder:"NAME" help:"Send the requests to models through a gateway of yours as well: cloudflare is Cloudflare AI Gateway, which needs CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_GATEWAY_ID."`
	AccountID    string      `name:"cloudflare-account-id" env:"CLOUDFLARE_ACCOUNT_ID" placeholder:"ID" help:"Your account at Cloudflare, for its AI Gateway and for Workers AI."`
	GatewayID    string      `name:"cloudflare-gateway-id" env:"CLOUDFLARE_GATEWAY_ID" placeholder:"ID" help:"The name of your AI Gateway at Cloudflare."`
	GatewayToken secret.Text `name:"cloudflare-ai-gateway-token-file" env:"CLOUDFLARE_AI_GATEWAY_TOKEN_FILE" type:"secret" placeholder:"FILE" help:"The token of an AI Gateway that asks for one."`

	CloudflareToken secret.Text `name:"cloudflare-api-token-file" env:"CLOUDFLARE_API_TOKEN_FILE" type:"secret" placeholder:"FILE" help:"An API token of Cloudflare that may run Workers AI. With it and CLOUDFLARE_ACCOUNT_ID, people have models that need no key of theirs; you pay for them."`

	WorkersURL    string            `name:"workers-ai-base-url" env:"WORKERS_AI_BASE_URL" placeholder:"URL" help:"A server of your own with OpenAI's API, such as http://127.0.0.1:11434/v1 of Ollama, that answers in place of Workers AI."`
	WorkersToken  secret.Text       `name:"workers-ai-token-file" env:"WORKERS_AI_TOKEN_FILE" type:"secret" placeholder:"FILE" help:"What the server at WORKERS_AI_BASE_URL asks for as a Bearer token, if it does."`
	WorkersModels map[string]string `name:"workers-ai-models" env:"WORKERS_AI_MODELS" mapsep:"," placeholder:"NAME=MODEL,..." help:"What the models that need no key are called at WORKERS_AI_BASE_URL, such as qwen-30b=qwen3:30b,llama-70b=llama3.3."`

	RequestsPerMinute int    `name:"ai-requests-per-minute" default:"300" env:"NEURALREPO_AI_REQUESTS_PER_MINUTE" help:"How many requests to models one person may make in a minute, over all copies of the program."`
	Streams           int    `name:"ai-streams" default:"50" env:"NEURALREPO_AI_STREAMS" help:"How many answers of models one person may have under way at a time, over all copies of the program."`
	Models            string `name:"models" env:"NEURALREPO_MODELS" placeholder:"FILE" help:"A list of models to use in place of the one that is part of the program, since providers retire models."`
	Prices            string `name:"prices" env:"NEURALREPO_PRICES" placeholder:"FILE" help:"A table of prices to use in place of the one that is part of the program."`
}
