# An image with control flow guard: the load configuration points at the table of functions.
        .def     @feat.00; .scl 3; .type 0; .endef
        .globl  @feat.00
@feat.00 = 0x801
        .def     mainCRTStartup; .scl 2; .type 32; .endef
        .def     indirect; .scl 2; .type 32; .endef
        .text
        .globl  mainCRTStartup
mainCRTStartup:
        leaq    indirect(%rip), %rax
        retq
        .p2align 4
        .globl  indirect
indirect:
        movl    $7, %eax
        retq
        .section .gfids$y,"dr"
        .symidx indirect
        .section .rdata,"dr"
        .globl  _load_config_used
_load_config_used:
        .long   256
        .fill   124, 1, 0
        .quad   __guard_fids_table
        .quad   __guard_fids_count
        .long   __guard_flags
        .fill   108, 1, 0
