package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	// aimChat is what the agent may add to the time until the first text of
	// an answer, in the median with one client: a conversation and a message
	// are stored on the way, each with a sync of the disk.
	aimChat = 15 * time.Millisecond
	// chatsAtOnce are under way together.
	chatsAtOnce = 500
	aimOpenChat = 256 << 10 // bytes of memory for each
)

// standIns are models of the agent that the provider of the benchmark stands
// for: what it answers depends on the name.
var standIns = map[string]string{inMany: "gpt-oss-120b", inPace: "qwen-30b", inWait: "mistral-small-24b"}

// say is a message of usual size for the agent.
func say(model string, _ bool) string {
	b, err := json.Marshal(map[string]string{"message": strings.Repeat("some words of a question ", 64), "model": standIns[model]})
	if err != nil {
		panic(err) // strings marshal
	}
	return string(b)
}

// chats measures what the agent adds to a model's answer, and what it takes.
func (b *bench) chats(ctx context.Context) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	provider, err := launch(ctx, self, func(addr string) []string { return []string{asProvider, addr} })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, provider.stop()) }()
	b.data = filepath.Join(b.folder, "agent")
	var who person
	if err := b.load(ctx, func(d database) (err error) {
		who, err = d.add(ctx, "talker", 0)
		return err
	}); err != nil {
		return err
	}
	var names []string
	for wire, model := range standIns {
		names = append(names, model+"="+wire)
	}
	program, err := start(ctx, b.program, b.data, b.durability, "--embedder", b.embedder,
		"--workers-ai-base-url", provider.url+"/v1", "--workers-ai-models", strings.Join(names, ","),
		"--ai-requests-per-minute", "1000000000", "--ai-streams", "1000000")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, program.stop()) }()
	ways := []way{
		{name: "directly", url: provider.url + "/v1/chat/completions", key: who.key, begin: `"content"`},
		{name: "agent", url: program.url + "/api/v1/agent/chat", server: program, key: who.key, question: say, begin: `"text-delta"`},
	}
	for _, clients := range []int{1, 16} {
		b.say("chats, clients: %d", clients)
		all, err := compare(ctx, ways, inMany, true, clients, false, b.long)
		if err != nil {
			return err
		}
		for i, w := range ways {
			line := newPassageRow("chat, first text and whole", clients, w.name, true, all[i])
			if i == 1 {
				added := quantile(all[1].first, 0.5) - quantile(all[0].first, 0.5)
				line.compared = "first text " + signed(added) + " / " + signed(quantile(all[1].first, 0.99)-quantile(all[0].first, 0.99))
				if clients == 1 {
					line.aim = verdict("+ "+milliseconds(aimChat), added < aimChat)
				}
			}
			b.passages.add(line)
		}
	}
	return b.openChats(ctx, ways[1])
}

// openChats measures many chats at once, and the memory of those that wait.
func (b *bench) openChats(ctx context.Context, w way) error {
	b.say("%d chats at once", chatsAtOnce)
	before := w.server.idle()
	var with int64
	if err := hold(ctx, w, chatsAtOnce, func() { with = w.server.idle() }); err != nil {
		return err
	}
	each := (with - before) / chatsAtOnce
	b.passages.add(passageRow{what: strconv.Itoa(chatsAtOnce) + " open chats", way: w.name, value: megabytes(with),
		aim:      verdict(strconv.Itoa(aimOpenChat>>10)+" KB each", each < aimOpenChat),
		compared: megabytes(before) + " before, " + strconv.FormatInt(each>>10, 10) + " KB each"})
	cut, took, err := cuts(ctx, w, 2*chatsAtOnce, chatsAtOnce)
	if err != nil {
		return err
	}
	b.passages.add(passageRow{what: thousands(2*chatsAtOnce) + " chats", clients: strconv.Itoa(chatsAtOnce), way: w.name,
		value: thousands(cut) + " cut", rate: thousands(int(2 * chatsAtOnce / took.Seconds())), aim: verdict("1 cut", cut == 0)})
	return nil
}
