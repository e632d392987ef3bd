package warehouse

import (
	"context"
	"reflect"
)

// WriteStaged writes or deletes records by a load, however few they are.
func (w *Warehouse) WriteStaged(ctx context.Context, r Records, deleted uint8) error {
	return w.writeStaged(ctx, reflect.ValueOf(r), deleted)
}
