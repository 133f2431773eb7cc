// Package vault seals and opens the provider keys of people. It is the only
// package that sees both a plain key and what the database keeps of it.
//
// # Envelope
//
// Every secret is encrypted with a data key of its own, fresh from the
// system's random source, and the data key is encrypted (wrapped) with the
// master key that is derived from ENCRYPTION_KEY. Rotating the master key
// wraps the data keys again and leaves the secrets as they are.
//
//	ENCRYPTION_KEY --derive--> master key --wraps--> data key --seals--> secret
//
// Both layers are XChaCha20-Poly1305, whose 192-bit nonces may be random
// however many secrets there are. Both bind the secret to its Place as
// associated data: the owner, the provider and the row. A record that is
// copied to another owner, provider or row does not open.
//
// # Sealed form, version 1
//
//	offset  bytes  what
//	0       1      version: 1
//	1       8      id of the master key that wrapped the data key
//	9       24     nonce of the wrapping
//	33      48     wrapped data key: 32 bytes and a 16-byte tag
//	81      24     nonce of the secret
//	105     n+16   secret and its 16-byte tag, n at least 1
//
// The associated data of the wrapping is "neuralrepo vault wrap", that of the
// secret "neuralrepo vault seal"; after it come, each with its length in
// front as 4 bytes big endian, the first 9 bytes of the sealed form (of the
// secret: only the version byte, so that it outlives a rotation), and the
// user, provider and record of the Place.
package vault
