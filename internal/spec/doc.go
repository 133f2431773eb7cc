// Package spec writes project specifications from ideas: it gathers an idea
// and its neighbourhood, asks a model with the person's own key, passes on
// what is written while it is written, and keeps it as a version.
//
// # What fits
//
// An idea may have more around it than a model can read at once, and that is
// never an error. The rule is:
//
//  1. The model's window (llm.Entry.Room) is shared. The answer gets what the
//     model may write at most, but not more than maxAnswer tokens and not more
//     than half of the window; the question gets the rest.
//  2. Tokens are estimated on the safe side (llm.Tokens).
//  3. What does not fit is left out in this order: ideas that are only near;
//     the texts of related ideas; links; relations; the end of the idea's own
//     text; tags; the end of the instructions. Something is only cut once
//     everything before it in this order is gone.
//  4. When a version is resumed, what it has so far comes first, with at most
//     half of the question: if it is longer, its end and its headings.
//  5. If the provider says all the same that the question is too long, as it
//     may for a model about which nothing is known, it is asked again with
//     half of the window, and half of that, down to minRoom.
//
// What was left out is told to the model, so that it does not guess, and to
// the person, in the receipt.
//
// # What is kept
//
// A version is stored with the first text that arrives, every few seconds
// while more arrives, and at the end. Whatever ends the writing, a failure, a
// person who leaves, a server that stops, what had arrived stays as a version
// that is not complete and can be resumed. An answer that ends because it may
// not be longer is continued by itself, twice at most.
package spec
