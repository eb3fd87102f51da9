package license

import "fmt"

// OperatorJournal is the name of the operator's journal. No team can have it: team ids have no "$".
const OperatorJournal = "$operator"

// Operator is what the operator's journal folds to: the catalogue in force, and what plans unlock.
type Operator struct {
	Position int64
	Last     Instant
	Catalog  *Catalog
	Unlocks  Unlocks
}

// NewOperator returns the state before the first entry: an empty catalogue, and plans as they are by default.
func NewOperator() *Operator {
	c, err := NewCatalog(Catalog{})
	if err != nil {
		panic(err) // an empty catalogue has no fault
	}
	return &Operator{Catalog: c, Unlocks: DefaultUnlocks()}
}

// operatorBody is a body of the operator's journal.
type operatorBody interface {
	Body
	applyOperator(*Operator) error
}

// Apply folds one entry into the operator's state.
func (o *Operator) Apply(e *Entry) error {
	body, ok := e.Body.(operatorBody)
	if !ok || e.At < o.Last {
		return fmt.Errorf("entry %d (%s) is not one of the operator's, or goes back in time", o.Position+1, e.Body.Kind())
	}
	o.Position++
	o.Last = e.At
	return body.applyOperator(o)
}

// CatalogSet replaces the catalogue and the price list (R2).
type CatalogSet struct {
	Catalog Catalog `json:"catalog"`
}

// Kind implements Body.
func (*CatalogSet) Kind() string { return "catalog_set" }

func (b *CatalogSet) applyOperator(o *Operator) error {
	c, err := NewCatalog(b.Catalog)
	if err != nil {
		return err
	}
	o.Catalog = c
	return nil
}
