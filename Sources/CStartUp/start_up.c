// In C because dl_iterate_phdr and malloc_trim are GNU extensions, which Swift's Glibc module does not show.
#define _GNU_SOURCE
#include "CStartUp.h"
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static int release_object(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size;
    (void)unused;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[index];
        // Only what was never writable: a private page that was written to, by relocation for one, exists nowhere else.
        if (header->p_type != PT_LOAD || header->p_flags & PF_W) continue;
        const uintptr_t start = (info->dlpi_addr + header->p_vaddr) & ~(page - 1);
        const uintptr_t end = (info->dlpi_addr + header->p_vaddr + header->p_filesz) & ~(page - 1);
        if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void tollgate_release_start_up_memory(void) {
    malloc_trim(0);
    dl_iterate_phdr(release_object, 0);
}
