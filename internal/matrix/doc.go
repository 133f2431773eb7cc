// Package matrix multiplies: vectors with vectors, and activations with the
// 4-bit weights of a neural network.
//
// It knows three loops and nothing of what they are used for. On amd64 with
// AVX2 and FMA they are assembly, which is about ten times as fast; elsewhere,
// and with the build tag purego, they are the plain Go beside it. Both give
// the same numbers up to the order in which sums are rounded, and tests
// compare them with each other.
//
//	dot         a·b
//	accumulate  y += x·w   for four rows of x and a panel of sixteen columns
//	unpack      a panel of sixteen columns of 4-bit weights, as floats
package matrix

// Wide is how many columns a panel has. A product makes whole panels.
const Wide = 16

// Tall is how many rows of activations are multiplied at a time. Whoever
// multiplies pads what it has to whole multiples of it.
const Tall = 4

// Pad rounds a number of rows up to a multiple of Tall.
func Pad(rows int) int { return (rows + Tall - 1) / Tall * Tall }
