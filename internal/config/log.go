package config

import (
	"io"
	"log/slog"
	"reflect"
)

// Logger makes the logger that the settings ask for.
func (c Config) Logger(w io.Writer) *slog.Logger {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	opt := &slog.HandlerOptions{Level: levels[c.LogLevel]}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, opt))
	}
	return slog.New(slog.NewTextHandler(w, opt))
}

// LogValue logs every setting under the name of its variable. Secrets are
// masked by their type.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(settings(reflect.ValueOf(c))...)
}

func settings(v reflect.Value) []slog.Attr {
	var out []slog.Attr
	for field, value := range v.Fields() {
		switch env := field.Tag.Get("env"); {
		case field.Anonymous:
			out = append(out, settings(value)...)
		case env != "":
			out = append(out, slog.Any(env, value.Interface()))
		}
	}
	return out
}
