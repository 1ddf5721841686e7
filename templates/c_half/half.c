<< about >>
#include "<< header >>"

#include "derive_inner.h"
#include "derive_half.h"
#include "<< floats >>"
<% for kernel in kernels %>

<< kernel.room_definition >>
    return << kernel.room >>;
}
<% for f in kernel.functions %>

<% if f.blocks_head %>
<< f.blocks_head >>
<% for line in f.blocks %>
<< line >>
<% endfor %>
}

<% endif %>
<< f.definition >>
<% for line in f.body %>
<< line >>
<% endfor %>
}
<% endfor %>
<% endfor %>
