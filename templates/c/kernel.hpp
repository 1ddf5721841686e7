<< about >>
#ifndef << guard >>PP
#define << guard >>PP

#include "derive_span.hpp"
#include "<< header >>"

namespace derive {

<% for remark, functions in wrapped %>
<< remark >>
<% for f in functions %>
<< f.head >>
<% for one in f.fits %>
<< one.holds >>
            << one.told >>
<% endfor %>
<< f.call >>
}
<% endfor %>

<% endfor %>
} // namespace derive

#endif
