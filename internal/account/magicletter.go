package account

import (
	"fmt"
	"html"
)

// magicLetter writes the letter with a link to sign in with.
func magicLetter(name, link string) (subject, text, page string) {
	const validity = "It works once, within 15 minutes. If you did not ask for it, do nothing: nobody can sign in without it."
	text = fmt.Sprintf("Hello %s,\n\nopen this link to sign in to NeuralRepo:\n\n%s\n\n%s\n", name, link, validity)
	page = fmt.Sprintf(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>Sign in to NeuralRepo</title>
</head>
<body style="margin:0;padding:24px;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:16px;line-height:1.5">
<div style="max-width:32rem;margin:0 auto">
<p>Hello %s,</p>
<p>open this link to sign in to NeuralRepo:</p>
<p><a href="%s" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#ffffff;text-decoration:none;font-weight:600">Sign in</a></p>
<p style="font-size:14px;word-break:break-all">%[2]s</p>
<p style="font-size:14px">%s</p>
</div>
</body>
</html>
`, html.EscapeString(name), html.EscapeString(link), validity)
	return "Sign in to NeuralRepo", text, page
}
