<< about >>
#ifndef << guard >>
#define << guard >>

#include "derive_support.h"

#ifdef __cplusplus
extern "C" {
#endif

<% for kernel in kernels %>
<< kernel.remark >>
<< kernel.room_declaration >>
<% for f in kernel.functions %>
<< f.declaration >>
<% endfor %>

<% endfor %>
#ifdef __cplusplus
}
#endif

#endif
