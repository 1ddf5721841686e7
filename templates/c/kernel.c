<% import "c/function.c" as layout %>
<< about >>
#include "<< header >>"

#include "derive_inner.h"
<% for remark, functions in kernels %>
<% for f in functions %>

<< layout.nested(f) if has_axes else layout.function(f) >>
<%- endfor %>
<% endfor %>
