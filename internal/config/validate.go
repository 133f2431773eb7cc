package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Validate says what is wrong with the settings and how to put it right. kong
// calls it once flags and environment are read.
func (c Config) Validate() error {
	return errors.Join(c.Storage.Validate(), c.validateAddr(), c.validatePublicURL(), c.validateLimit(), c.AI.Validate(), c.Mail.Validate())
}

// Validate is the part of Config.Validate that is about storage.
func (s Storage) Validate() error {
	if s.Data == "" {
		return errors.New("NEURALREPO_DATA is empty: name a folder, such as ./data")
	}
	if s.DatabaseURL.Empty() {
		return nil
	}
	// The error does not repeat the address: there is a password in it.
	u, err := url.Parse(s.DatabaseURL.Reveal())
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("DATABASE_URL must be a PostgreSQL address, such as postgres://user:password@host:5432/name, with odd characters of the password percent-encoded; without DATABASE_URL, SQLite is used")
	}
	return nil
}

func (c Config) validateAddr() error {
	_, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("NEURALREPO_ADDR is %q: it must be a host and a port, such as 127.0.0.1:8484 or :8484", c.Addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("NEURALREPO_ADDR is %q: the port must be a number from 0 to 65535", c.Addr)
	}
	return nil
}

func (c Config) validatePublicURL() error {
	if c.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" ||
		strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("NEURALREPO_PUBLIC_URL must be http:// or https:// and a host, without a path, such as https://ideas.example.org")
	}
	return nil
}

func (c Config) validateLimit() error {
	if c.DailyLimit < 1 {
		return fmt.Errorf("NEURALREPO_DAILY_LIMIT is %d: it must be at least 1", c.DailyLimit)
	}
	return nil
}
