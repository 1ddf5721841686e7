<< about >>
#ifndef << guard >>
#define << guard >>

#include "derive_support.h"

#ifdef __cplusplus
extern "C" {
#endif

<% for remark, functions in kernels %>
<< remark >>
<% for f in functions %>
<< f.declaration >>
<% endfor %>

<% endfor %>
#ifdef __cplusplus
}
#endif

#endif
