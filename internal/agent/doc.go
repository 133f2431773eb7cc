// Package agent talks with people about their ideas: it asks a model, runs the
// tools that the model calls, and keeps what was said. The answer belongs to
// the conversation: it goes on when the person's connection drops, can be
// heard again from its beginning, and is stored while it grows.
//
// # The loop
//
// An answer goes through phases (turn.go): it asks the model; if that calls
// tools, it runs them and asks again; it waits if the person must approve a
// call; it chooses another model if one does not answer and nothing of the
// round has arrived; it is done. Every bound is counted in what is kept, so an
// answer that goes on after a restart does not begin anew. Whatever a model
// does wrongly (no such tool, arguments that do not fit, the same call again)
// is told to the model and not to the person as a failure.
//
// # What the model sees
//
// A conversation may be longer than a model can read at once, and that is no
// error. The rule is:
//
//  1. The model's window (llm.Entry.Room) is shared: the answer gets a quarter,
//     but not more than longestAnswer tokens; the rules, the tools and what was
//     said get the rest. Tokens are estimated on the safe side.
//  2. What does not fit is left out in this order: the ends of old results of
//     tools, the oldest first; the oldest turns, of which a line each of what
//     the person said stays; the oldest rounds of the answer that is being
//     written; the ends of the newest results.
//  3. The person's last message is never left out or cut, and a call never
//     goes without its result.
//  4. If the provider says all the same that the question is too long, it is
//     asked again with half of the window, and half of that, down to minRoom.
//
// The person is told when this happens.
//
// # Who decides
//
// What ideas, tools and models say is data. Whether a call runs is decided by
// what the tool does and what the person set, never by what a text says: one
// that needs approval is not run before the person gave it, and the answer
// waits for that, also across a restart. What a tool changed is kept with the
// answer, so that it can be undone.
package agent
