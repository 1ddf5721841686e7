<% import "c/function.c" as layout %>
<< about >>
#include "<< header >>"
<% for remark, functions in kernels %>
<% for f in functions %>

<< layout.function(f) >>
<%- endfor %>
<% endfor %>
