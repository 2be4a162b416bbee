package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
)

// EncodeBatch packs samples of one load that are on their way into a record, with the texts
// of failures, as a record may have them: without what looks like a secret. Looking for that
// takes a hundred times what the rest does, so it is done once for all that are alike but for
// numbers and ids, which have the text of the first.
func EncodeBatch(samples []Sample) []byte {
	e := encoder{operations: map[string]uint64{}}
	e.reset(nil)
	var texts []byte
	seed, clean := maphash.MakeSeed(), map[uint64]string{}
	for n, s := range samples {
		e.add(s)
		if told(s) {
			like := likeness(seed, s.Err.Error())
			text, known := clean[like]
			if !known {
				text = OneLine(s.Err.Error(), textMost)
				clean[like] = text
			}
			texts = binary.AppendUvarint(texts, uint64(n))
			texts = binary.AppendUvarint(texts, uint64(len(text)))
			texts = append(texts, text...)
		}
	}
	return append(e.seal(), texts...)
}

// DecodeBatch unpacks what EncodeBatch has packed. An error of a sample has its text alone.
func DecodeBatch(packed []byte) ([]Sample, error) {
	if len(packed) < blockHeader {
		return nil, fmt.Errorf("%w: cut short", errDamaged)
	}
	size := int64(binary.LittleEndian.Uint32(packed))
	rest := packed[blockHeader:]
	if size > int64(len(rest)) || checksum(rest[:size]) != binary.LittleEndian.Uint32(packed[4:]) {
		return nil, fmt.Errorf("%w: checksum or length differs", errDamaged)
	}
	d := decoder{rest: rest[:size]}
	var samples []Sample
	for s, ok := d.next(); ok; s, ok = d.next() {
		samples = append(samples, s)
	}
	texts := decoder{rest: rest[size:], err: d.err}
	for len(texts.rest) > 0 && texts.err == nil {
		n, size := texts.uvarint(), texts.uvarint()
		if texts.err == nil && (n >= uint64(len(samples)) || size > uint64(len(texts.rest))) {
			return nil, fmt.Errorf("%w: text of no sample", errDamaged)
		}
		if texts.err == nil {
			samples[n].Err = errors.New(string(texts.rest[:size]))
			texts.rest = texts.rest[size:]
		}
	}
	return samples, texts.err
}
