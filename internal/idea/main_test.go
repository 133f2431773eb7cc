package idea_test

import (
	"os"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
