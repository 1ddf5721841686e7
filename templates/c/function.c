<% macro function(f) %>
<< f.row_head >>
<% for line in f.row_body %>
<< line >>
<% endfor %>
}

<% if f.tile %>
<< f.tile.head >>
<% for line in f.tile.body %>
<< line >>
<% endfor %>
}

<% endif %>
<< f.rows_head >>
<% if f.tile %>
    if (classes <= DERIVE_FEW) {
<% for line in f.tile.buffers %>
<< line >>
<% endfor %>
        for (size_t row = 0; row < rows; row += DERIVE_TILE) {
            const size_t height = derive_tile_height(rows - row);
<% for line in f.tile.fills %>
<< line >>
<% endfor %>
<< f.tile.call >>
<% for line in f.tile.spills %>
<< line >>
<% endfor %>
        }
        return;
    }
<% endif %>
    for (size_t row = 0; row < rows; row++) {
<< f.row_call >>
    }
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
#if defined(_OPENMP) && _OPENMP >= 200805
#pragma omp parallel for if (derive_repays_threads(rows, classes))
#endif
    for (size_t first = 0; first < rows; first += DERIVE_CHUNK) {
        const size_t count = derive_chunk(rows - first);
<< f.rows_call >>
    }
    return DERIVE_OK;
}
<% endmacro %>
<% macro nested(f) %>
<< f.definition >>
<% for check in f.checks %>
<< check.fails >>
        return << check.status >>;
    }
<% endfor %>
<% for line in f.body %>
<< line >>
<% endfor %>
    return DERIVE_OK;
}
<% endmacro %>
