package files

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const brokenEscape = "has a broken escape: after a backslash comes one of \" \\ / b f n r t, or u and four hexadecimal digits, and surrogates come in pairs"

// text reads the JSON string whose opening quote was read. Without escapes it is a piece of the line, not a copy.
func (p *ndjsonParser) text() (s, reason string) {
	from := p.at
	for i := from; i < len(p.line); i++ {
		switch c := p.line[i]; {
		case c == '"':
			p.at = i + 1
			return p.line[from:i], ""
		case c == '\\':
			return p.escapedText(from, i)
		case c < ' ':
			p.at = i
			return "", "has a control character in it, which JSON wants escaped"
		}
	}
	p.at = len(p.line)
	return "", "is text without its closing quote: a record must stand on one line"
}

// escapedText reads the string that begins at from and has its first escape at i.
func (p *ndjsonParser) escapedText(from, i int) (s, reason string) {
	p.plain = append(p.plain[:0], p.line[from:i]...)
	for i < len(p.line) {
		switch c := p.line[i]; {
		case c == '"':
			p.at = i + 1
			return string(p.plain), ""
		case c == '\\':
			var size int
			if p.plain, size = appendUnescaped(p.plain, p.line[i:]); size == 0 {
				p.at = i
				return "", brokenEscape
			}
			i += size
		case c < ' ':
			p.at = i
			return "", "has a control character in it, which JSON wants escaped"
		default:
			p.plain = append(p.plain, c)
			i++
		}
	}
	p.at = len(p.line)
	return "", "is text without its closing quote: a record must stand on one line"
}

// appendUnescaped appends what the escape at the beginning of s stands for. size is the escape's length, 0 when it is
// broken.
func appendUnescaped(dst []byte, s string) (_ []byte, size int) {
	if len(s) < 2 {
		return dst, 0
	}
	const short, means = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := strings.IndexByte(short, s[1]); i >= 0 {
		return append(dst, means[i]), 2
	}
	r, ok := escapedUnit(s)
	if !ok {
		return dst, 0
	}
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(dst, r), 6
	}
	low, ok := escapedUnit(s[6:])
	if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
		return utf8.AppendRune(dst, pair), 12
	}
	return dst, 0
}

// escapedUnit reads \uXXXX, a UTF-16 code unit.
func escapedUnit(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for i := 2; i < 6; i++ {
		if c := s[i] | 0x20; s[i]-'0' > 9 && c-'a' > 5 {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}

// appendText writes s as a JSON string. What is not UTF-8 (a collector may have taken it from an old commit as it was)
// becomes the replacement character, because JSON cannot hold it.
func appendText(dst []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			const hex = "0123456789abcdef"
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(dst, s[from:]...), '"')
}
