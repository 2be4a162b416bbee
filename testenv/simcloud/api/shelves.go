package api

import "time"

// Nova makes an image of a server that it shelves, if that is of an image itself, with the
// name of the server and "-shelved". It deletes that when the server is there again, and
// when it is told to delete one that is shelved; of one that is deleted while it is being
// shelved the image stays.
//
// Source: nova/compute/api.py (shelve, _delete), nova/compute/manager.py (_unshelve_instance)

// shelve makes the image of a server. Where no compute was told, nobody uploads it. The
// caller holds the lock.
func (s *Store) shelve(vm *server, told bool, done time.Time) {
	if vm.image == "" {
		return
	}
	vm.shelf = s.imageOf(vm, vm.name+"-shelved", nil)
	if told {
		s.uploads[vm.shelf] = done
	}
}

// unshelve deletes the image of a server when that is there again. The caller holds the
// lock.
func (s *Store) unshelve(vm *server, done time.Time) {
	if vm.shelf != "" {
		s.drops[vm.shelf] = done
	}
}

// unshelf deletes the image of a server that is deleted, as Nova does of one that is
// shelved. The caller holds the lock.
func (s *Store) unshelf(vm *server) {
	if status, _, _ := vm.status(time.Now()); status == "SHELVED_OFFLOADED" {
		s.dropImage(vm.shelf)
	}
}

// dropImage forgets an image and its bytes. The caller holds the lock.
func (s *Store) dropImage(id string) {
	s.room += int64(len(s.bytes[id]))
	delete(s.bytes, id)
	delete(s.images, id)
	delete(s.uploads, id)
	delete(s.drops, id)
}
