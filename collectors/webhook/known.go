package webhook

import (
	"reflect"

	"github.com/weirhq/weir/warehouse"
)

// keysOf are records with the keys of the objects, to ask the warehouse for what it has of them.
func keysOf(objects []stated) warehouse.Records {
	var keys warehouse.Records
	for _, s := range objects {
		key := reflect.New(s.key.Type()).Elem()
		for _, c := range s.kind.columns {
			if !c.key {
				continue
			}
			field := key.FieldByIndex(c.field)
			field.Set(s.key.FieldByIndex(c.field))
			if c.name == "attempt" && field.Int() == 0 {
				field.SetInt(1)
			}
		}
		list := s.kind.records(&keys)
		list.Set(reflect.Append(list, key))
	}
	return keys
}

// add appends the records of one bundle to another.
func add(to *warehouse.Records, records warehouse.Records) {
	target, more := reflect.ValueOf(to).Elem(), reflect.ValueOf(records)
	for i := range target.NumField() {
		target.Field(i).Set(reflect.AppendSlice(target.Field(i), more.Field(i)))
	}
}
