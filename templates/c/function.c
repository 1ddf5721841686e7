<% macro function(f) %>
<< f.row_head >>
<% for line in f.row_body %>
<< line >>
<% endfor %>
}

<< f.definition >>
    if (rows == 0) {
        return DERIVE_OK;
    }
<% for check in f.checks %>
<< check.fails >>
        return << check.status >>;
    }
<% endfor %>
    for (size_t row = 0; row < rows; row++) {
<< f.row_call >>
    }
    return DERIVE_OK;
}
<% endmacro %>
