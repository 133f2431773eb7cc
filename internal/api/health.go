package api

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

func (s *server) getHealth(context.Context, account.Caller, *none) (*answer[Health], error) {
	return ok(Health{Status: "ok", Timestamp: Time(time.Now()), Version: s.Version}), nil
}
