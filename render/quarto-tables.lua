-- Reads the notebooks' HTML tables as tables before Quarto does. Quarto starts a program of its own
-- for each of them, to move style sheets into style attributes; these tables have no style sheet.
function RawBlock(block)
  if block.format == "html" and block.text:match("^%s*<table") then
    return pandoc.read(block.text, "html").blocks
  end
end
