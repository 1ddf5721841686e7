"""What MkDocs calls while it builds: the search reads words alone, neither TeX nor code nor tables of steps.

MkDocs calls the functions of each of these files by their names; two files, because one has to come before the search
and one after it.
"""
