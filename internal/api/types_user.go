package api

import (
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// User is a person with an account.
type User struct {
	ID               string  `json:"id"`
	Email            string  `json:"email"`
	DisplayName      *string `json:"display_name"`
	AvatarURL        *string `json:"avatar_url"`
	Plan             Plan    `json:"plan"`
	SettingsJSON     string  `json:"settings_json" doc:"A JSON object, as a string." example:"{\"weekly_digest\":false}"`
	HasAnthropicKey  bool    `json:"has_anthropic_key"`
	HasOpenAIKey     bool    `json:"has_openai_key"`
	HasOpenRouterKey bool    `json:"has_openrouter_key"`
	CreatedAt        Time    `json:"created_at"`
	UpdatedAt        Time    `json:"updated_at"`
}

// UserPatch changes the caller's profile. What is not given stays as it is.
type UserPatch struct {
	DisplayName  *string `json:"display_name,omitempty" minLength:"1" maxLength:"100"`
	SettingsJSON *string `json:"settings_json,omitempty" maxLength:"10000" doc:"A JSON object, as a string; it replaces the stored one."`
}

// APIKey is an API key without the key itself.
type APIKey struct {
	ID         string  `json:"id" example:"ak_0123456789abcdef"`
	Label      string  `json:"label"`
	Scopes     []Scope `json:"scopes"`
	Last4      string  `json:"last4" doc:"The last four characters of the key."`
	LastUsedAt *Time   `json:"last_used_at"`
	CreatedAt  Time    `json:"created_at"`
}

// TransformSchema lets the time of the last use be null.
func (APIKey) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["last_used_at"] = orNull(s.Properties["last_used_at"])
	return s
}

// APIKeyList is the caller's API keys.
type APIKeyList struct {
	APIKeys []APIKey `json:"api_keys"`
}

// NewAPIKey is an API key that somebody wants.
type NewAPIKey struct {
	Label  string  `json:"label,omitempty" maxLength:"100" doc:"default if not given."`
	Scopes []Scope `json:"scopes,omitempty" minItems:"1" doc:"All that the caller has, if not given."`
}

// APIKeyMade has the key itself, which is shown this once.
type APIKeyMade struct {
	ID        string  `json:"id"`
	Key       string  `json:"key" doc:"nrp_ and 64 hexadecimal digits. It is not shown again."`
	Label     string  `json:"label"`
	Scopes    []Scope `json:"scopes"`
	CreatedAt Time    `json:"created_at"`
}

// Login is what a person signs in with.
type Login struct {
	Email    string      `json:"email"`
	Password secret.Text `json:"password"`
}

// Setup makes the first account of a server.
type Setup struct {
	Token       secret.Text `json:"token" doc:"From the link that the server printed at its first start."`
	Email       string      `json:"email"`
	DisplayName string      `json:"display_name" maxLength:"100"`
	Password    secret.Text `json:"password"`
}

// SessionState tells the web app which page to show.
type SessionState struct {
	User        *User `json:"user" doc:"The person who is signed in; null if nobody is."`
	SetupNeeded bool  `json:"setup_needed" doc:"Whether the server waits for its first account."`
	MagicLink   bool  `json:"magic_link" doc:"Whether people can sign in by a link that they are sent by mail."`
}

// MagicLinkRequest asks for a link to sign in with.
type MagicLinkRequest struct {
	Email string `json:"email" doc:"Whether anybody has an account with it is not told."`
}

// MagicLinkToken is what a link to sign in with carries.
type MagicLinkToken struct {
	Token secret.Text `json:"token" doc:"What stands behind the # of the link: 64 hexadecimal digits. It is good once, for 15 minutes."`
}

// TransformSchema lets the user be null.
func (SessionState) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["user"] = orNull(s.Properties["user"])
	return s
}

// PasswordChange gives the caller a new password.
type PasswordChange struct {
	CurrentPassword secret.Text `json:"current_password"`
	NewPassword     secret.Text `json:"new_password"`
}

// CLILogin asks for an API key for a command-line client on this machine.
type CLILogin struct {
	Callback string `json:"callback" maxLength:"2000" doc:"Where the client listens: an http address with a port on localhost, 127.0.0.1 or [::1]." example:"http://localhost:53123/callback"`
}

// CLIRedirect says where to send the browser.
type CLIRedirect struct {
	Redirect string `json:"redirect" doc:"The callback with the key in the parameter api_key."`
}

func wireUser(u account.User, stored []byok.Provider) User {
	return User{
		ID:           u.ID,
		Email:        u.Email,
		DisplayName:  orNone(u.DisplayName),
		AvatarURL:    orNone(u.AvatarURL),
		Plan:         Plan(u.Plan),
		SettingsJSON: u.ValidSettings(),

		HasAnthropicKey:  slices.Contains(stored, byok.Anthropic),
		HasOpenAIKey:     slices.Contains(stored, byok.OpenAI),
		HasOpenRouterKey: slices.Contains(stored, byok.OpenRouter),

		CreatedAt: Time(u.CreatedAt),
		UpdatedAt: Time(u.UpdatedAt),
	}
}

func wireAPIKey(k account.APIKey) APIKey {
	w := APIKey{
		ID:        k.ID,
		Label:     k.Label,
		Scopes:    each(k.Scopes, wireScope),
		Last4:     k.Last4,
		CreatedAt: Time(k.CreatedAt),
	}
	if !k.LastUsedAt.IsZero() {
		at := Time(k.LastUsedAt)
		w.LastUsedAt = &at
	}
	return w
}

func wireScope(s account.Scope) Scope { return Scope(s) }
