package vault

import "fmt"

// MaxData is how many bytes SealData takes.
const MaxData = 8 << 20

// SealData encrypts data that is personal and no secret of a provider, such as
// an answer that is kept for later. It is bound to its place as a secret is,
// and neither opens as the other.
//
// Data is not wrapped again by a rotation: what an earlier key sealed opens
// for as long as the vault is given that key. Keep only what can be lost.
func (v *Vault) SealData(data []byte, at Place) ([]byte, error) {
	if len(data) == 0 || len(data) > MaxData {
		return nil, fmt.Errorf("vault: data has 1 to %d bytes", MaxData)
	}
	return v.seal(dataDomains, data, at), nil
}

// OpenData decrypts what SealData made for the same place.
func (v *Vault) OpenData(sealed []byte, at Place) ([]byte, error) {
	return v.open(dataDomains, sealed, at)
}
