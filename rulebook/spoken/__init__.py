"""
Invented sentences as officers, colleagues and strangers write them, by what each is for.

One sentence a line, or several parted by “ / ”; 《》 stands for a title, 0 for any number, 甲 for a unit,
某报 for an outlet. `rulebook/nearness.py` compares letters with them; whoever misses a manner of writing adds its line.
"""
