package api

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Leases signed together share one signature: a hash tree stands over them, its root is signed, and each lease
// carries the way from its leaf to the root. A signature takes as long as everything else about an answer; shared
// by a hundred, it takes nothing. The token's form stays header.payload.signature; its alg is algTogether and the
// bytes of its last part are
//
//	64  the Ed25519 signature of rootContext and the root
//	 2  the index of the leaf, big endian
//	32  for each level, from the leaf up: the hash beside
//
// A leaf is SHA-256(0 ‖ header.payload), a node SHA-256(1 ‖ left ‖ right); leaves that are missing to a power of two
// are zero.
const (
	algAlone    = "EdDSA"
	algTogether = "EdDSA-together"
	rootContext = "daypass leases signed together, version 1\x00"
	// MaxTogether bounds the leases that share a signature.
	MaxTogether = 1024
)

type treeHash = [sha256.Size]byte

// SignTogether gives leases as tokens, in their order, that share a signature. A lone lease is signed by itself,
// as Sign does.
func (k SigningKey) SignTogether(leases []Lease) []string {
	tokens := make([]string, 0, len(leases))
	for len(leases) > MaxTogether {
		tokens = append(tokens, k.SignTogether(leases[:MaxTogether])...)
		leases = leases[MaxTogether:]
	}
	switch len(leases) {
	case 0:
		return tokens
	case 1:
		return append(tokens, k.Sign(leases[0]))
	}
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	signed := (*buffer)[:0] // of all, one behind the other
	ends := make([]int, len(leases))
	leaves := make([]treeHash, 1<<bits.Len(uint(len(leases)-1)))
	for i := range leases {
		begin := len(signed)
		signed = leases[i].appendSigned(signed, k.together)
		ends[i], leaves[i] = len(signed), leafHash(signed[begin:])
		if i == 0 { // the others will be about as long
			signed = slices.Grow(signed, len(leases)*(len(signed)+32))
		}
	}
	*buffer = signed
	levels := treeOver(leaves)
	signature := ed25519.Sign(k.private, rootMessage(levels[len(levels)-1][0]))
	var space [ed25519.SignatureSize + 2 + sha256.Size*10]byte
	begin := 0
	for i, end := range ends {
		tokens = append(tokens, joined(signed[begin:end], appendWayUp(space[:0], levels, i, signature)))
		begin = end
	}
	return tokens
}

// treeOver returns the levels of the tree, leaves first, the root alone last.
func treeOver(leaves []treeHash) [][]treeHash {
	levels := [][]treeHash{leaves}
	for len(leaves) > 1 {
		above := make([]treeHash, len(leaves)/2)
		for i := range above {
			above[i] = nodeHash(leaves[2*i], leaves[2*i+1])
		}
		levels, leaves = append(levels, above), above
	}
	return levels
}

// appendWayUp writes the last part of the token of leaf i.
func appendWayUp(b []byte, levels [][]treeHash, i int, signature []byte) []byte {
	b = binary.BigEndian.AppendUint16(append(b, signature...), uint16(i))
	for _, level := range levels[:len(levels)-1] {
		b = append(b, level[i^1][:]...)
		i /= 2
	}
	return b
}

// verifyTogether checks what SignTogether has signed.
func verifyTogether(key ed25519.PublicKey, signed, last []byte) bool {
	const fixed = ed25519.SignatureSize + 2
	if len(last) < fixed || (len(last)-fixed)%sha256.Size != 0 {
		return false
	}
	signature, way := last[:ed25519.SignatureSize], last[fixed:]
	index, levels := int(binary.BigEndian.Uint16(last[ed25519.SignatureSize:])), len(way)/sha256.Size
	if levels < 1 || 1<<levels > MaxTogether || index >= 1<<levels {
		return false
	}
	h := leafHash(signed)
	for ; len(way) > 0; way = way[sha256.Size:] {
		beside := treeHash(way[:sha256.Size])
		if index%2 == 0 {
			h = nodeHash(h, beside)
		} else {
			h = nodeHash(beside, h)
		}
		index /= 2
	}
	return ed25519.Verify(key, rootMessage(h), signature)
}

func rootMessage(root treeHash) []byte { return append([]byte(rootContext), root[:]...) }

func leafHash(signed []byte) (h treeHash) {
	s := sha256.New()
	s.Write([]byte{0})
	s.Write(signed)
	s.Sum(h[:0])
	return h
}

func nodeHash(left, right treeHash) treeHash {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}
