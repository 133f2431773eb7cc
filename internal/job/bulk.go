package job

// Bulk is how understanding all of an owner's ideas stands, without those that
// are archived.
type Bulk struct {
	Paused      bool // by the owner
	Done, Total int  // ideas that have been understood, and all
	Held        int  // that wait until somebody starts
	Going       int  // that are being understood, or are about to be
}
