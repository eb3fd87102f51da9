package api

import "strconv"

// Tokens is an amount of tokens in thousandths: 7 tokens are 7000 (R1.5). In JSON it is a plain
// number with at most three decimals, and so it is in [ParseTokens] and String.
type Tokens int64

// Quantity is an amount of units of a metered service (results, hours …) in thousandths of a unit,
// written like [Tokens].
type Quantity int64

// Money is an amount in minor units of a currency: {150000 USD} is 1500 dollars (R1.6).
type Money struct {
	Amount   int64  `json:"amount"`   // minor units
	Currency string `json:"currency"` // ISO 4217, three capital letters
}

// Whole is one whole token, or one whole unit of a service, in thousandths.
const Whole = 1000

// MaxAmount is the largest magnitude that is read, in thousandths: 10^12 whole tokens or units.
// Up to it every amount survives a reader that keeps numbers in doubles.
const MaxAmount = 1_000_000_000_000 * Whole

// Why a number is not an amount.
const (
	errAmountForm     = inputError("must be a plain decimal number, such as 7 or 0.125")
	errAmountExponent = inputError("must be written without an exponent")
	errAmountDecimals = inputError("must have at most three decimals")
	errAmountRange    = inputError("must be between -10^12 and 10^12")
)

// ParseTokens reads a plain decimal such as "7", "-2.5" or "0.125". It refuses exponents, more than
// three decimals, leading zeros and what is beyond [MaxAmount].
func ParseTokens(s string) (Tokens, error) {
	n, err := parseThousandths(s)
	return Tokens(n), err
}

// ParseQuantity reads a quantity as [ParseTokens] reads tokens.
func ParseQuantity(s string) (Quantity, error) {
	n, err := parseThousandths(s)
	return Quantity(n), err
}

// String is the shortest exact decimal: "7", "0.1".
func (t Tokens) String() string { return string(t.Append(nil)) }

// Append appends what String returns.
func (t Tokens) Append(b []byte) []byte { return appendThousandths(b, int64(t)) }

// IsWhole says that no fraction of a token is left over.
func (t Tokens) IsWhole() bool { return t%Whole == 0 }

// MarshalJSON writes a plain number without trailing zeros.
func (t Tokens) MarshalJSON() ([]byte, error) { return t.Append(nil), nil }

// UnmarshalJSON reads the number's own text, never through a float. null is refused.
func (t *Tokens) UnmarshalJSON(b []byte) (err error) {
	*t, err = ParseTokens(string(b))
	return err
}

// String is the shortest exact decimal: "3", "0.125".
func (q Quantity) String() string { return string(q.Append(nil)) }

// Append appends what String returns.
func (q Quantity) Append(b []byte) []byte { return appendThousandths(b, int64(q)) }

// MarshalJSON writes a plain number without trailing zeros.
func (q Quantity) MarshalJSON() ([]byte, error) { return q.Append(nil), nil }

// UnmarshalJSON reads the number's own text, never through a float. null is refused.
func (q *Quantity) UnmarshalJSON(b []byte) (err error) {
	*q, err = ParseQuantity(string(b))
	return err
}

// parseThousandths reads -?(0|[1-9][0-9]*)(\.[0-9]{1,3})? within MaxAmount.
func parseThousandths(s string) (int64, error) {
	digits, negative := s, false
	if digits != "" && digits[0] == '-' {
		digits, negative = digits[1:], true
	}
	whole := leadingDigits(digits)
	if whole == 0 || whole > 1 && digits[0] == '0' {
		return 0, errAmountForm
	}
	decimals := 0
	if rest := digits[whole:]; rest != "" {
		if rest[0] == 'e' || rest[0] == 'E' {
			return 0, errAmountExponent
		}
		decimals = leadingDigits(rest[1:])
		if rest[0] != '.' || decimals == 0 {
			return 0, errAmountForm
		}
		if end := rest[1+decimals:]; end != "" && (end[0] == 'e' || end[0] == 'E') {
			return 0, errAmountExponent
		} else if end != "" {
			return 0, errAmountForm
		}
	}
	if decimals > 3 {
		return 0, errAmountDecimals
	}
	if whole > len("1000000000000") {
		return 0, errAmountRange
	}
	n := number(digits[:whole]) * Whole
	if decimals > 0 {
		n += number(digits[whole+1:]) * [...]int64{0, 100, 10, 1}[decimals]
	}
	if n > MaxAmount {
		return 0, errAmountRange
	}
	if negative {
		n = -n
	}
	return n, nil
}

// appendThousandths writes n / 1000 exactly, without trailing zeros. Any n can be written.
func appendThousandths(b []byte, n int64) []byte {
	magnitude := uint64(n)
	if n < 0 {
		b, magnitude = append(b, '-'), -magnitude
	}
	b = strconv.AppendUint(b, magnitude/Whole, 10)
	fraction := magnitude % Whole
	if fraction == 0 {
		return b
	}
	b = append(b, '.', byte('0'+fraction/100), byte('0'+fraction/10%10), byte('0'+fraction%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

// leadingDigits counts the ASCII digits that s begins with.
func leadingDigits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// number is the value of s, which holds nothing but at most 18 ASCII digits.
func number(s string) (n int64) {
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	return n
}
