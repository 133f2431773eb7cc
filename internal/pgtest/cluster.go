//go:build unix

package pgtest

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Cluster is a PostgreSQL server of its own in a temporary folder, reached
// through a socket in that folder. It keeps nothing safe and is fast instead.
type Cluster struct {
	folder string
	keeper *exec.Cmd
	life   io.Closer     // while this is open, the keeper lets the server run
	said   *bytes.Buffer // by the keeper, about what went wrong
}

// keeperScript runs the server. It ends when its standard input does, and so
// also when the process that started it is killed.
//
//go:embed keeper.sh
var keeperScript string

// ErrMissing says that there is no PostgreSQL on this machine.
var ErrMissing = errors.New(`pgtest: no PostgreSQL on this machine. Do one of:
  install it (Debian and Ubuntu: apt-get install postgresql, macOS: brew install postgresql);
  set NEURALREPO_TEST_POSTGRES to the postgres:// URL of a server whose user may create databases;
  set NEURALREPO_TEST_SKIP_POSTGRES=1 to leave out what needs PostgreSQL`)

// Start starts a server. When run by root it gives the server to the user
// postgres or nobody, because PostgreSQL refuses to run as root.
func Start() (*Cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder, said: new(bytes.Buffer)}
	if err := c.start(bin); err != nil {
		os.RemoveAll(folder)
		return nil, fmt.Errorf("pgtest: start PostgreSQL: %w\n%s", err, c.said)
	}
	return c, nil
}

func (c *Cluster) start(bin string) error {
	c.keeper = exec.Command("/bin/sh", "-c", keeperScript, "keeper", bin, c.folder)
	c.keeper.Dir = c.folder
	c.keeper.Stderr = c.said
	// A group of its own, so that an interrupt from the terminal does not
	// reach the server before those who use it.
	c.keeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 {
		if err := c.drop(); err != nil {
			return err
		}
	}
	life, err := c.keeper.StdinPipe()
	if err != nil {
		return err
	}
	c.life = life
	out, err := c.keeper.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.keeper.Start(); err != nil {
		return err
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || strings.TrimSpace(line) != "ready" {
		return errors.Join(errors.New("it did not get ready"), c.keeper.Wait())
	}
	return nil
}

// drop lets the keeper run as a user without rights and gives it the folder.
func (c *Cluster) drop() error {
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	c.keeper.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.folder, uid, gid)
}

// URL names the server and the database to make others from.
func (c *Cluster) URL() string {
	return "postgres://neuralrepo@/postgres?host=" + url.QueryEscape(c.folder)
}

// Restart ends the server as a crash would, and starts it again. What was
// committed with synchronous_commit is there afterwards.
func (c *Cluster) Restart() error {
	bin, err := binaries()
	if err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(bin, "pg_ctl"), "-D", filepath.Join(c.folder, "data"),
		"-l", filepath.Join(c.folder, "log"), "-w", "-m", "immediate", "restart")
	cmd.Dir = c.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.keeper.SysProcAttr.Credential}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: restart PostgreSQL: %w\n%s", err, out)
	}
	return nil
}

// Stop ends the server and removes what it kept.
func (c *Cluster) Stop() error {
	if err := c.life.Close(); err != nil {
		return err
	}
	if err := c.keeper.Wait(); err != nil {
		return fmt.Errorf("pgtest: stop PostgreSQL: %w\n%s", err, c.said)
	}
	return os.RemoveAll(c.folder)
}

// binaries finds the folder of initdb and pg_ctl. Debian keeps them off PATH.
func binaries() (string, error) {
	if path, err := exec.LookPath("pg_ctl"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/pg_ctl", "/usr/pgsql-*/bin/pg_ctl", "/opt/homebrew/opt/postgresql*/bin/pg_ctl"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return filepath.Dir(found[len(found)-1]), nil
		}
	}
	return "", ErrMissing
}
