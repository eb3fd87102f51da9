package server

import (
	"slices"
	"testing"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

// TestCodesOfTheRulesAreInTheContract: the contract names the codes for itself, since products embed it without the
// rules; here is where the two are held together.
func TestCodesOfTheRulesAreInTheContract(t *testing.T) {
	for _, c := range []license.Code{license.CodeFree, license.CodeSeat, license.CodeFloatingSeat, license.CodeTrial,
		license.CodePassLive, license.CodeTokensCharged, license.CodeTokensHeld} {
		if !slices.Contains(api.Grants(), api.Code(c)) {
			t.Errorf("%s is a grant of the rules and not of the contract", c)
		}
	}
	for _, c := range []license.Code{license.CodeProductUnknown, license.CodeProductRetired, license.CodeVersionUnsupported,
		license.CodeUserUnknown, license.CodeUserInactive, license.CodeTeamSuspended, license.CodeFlexNotAssigned,
		license.CodeProductNotInFlex, license.CodeProductExcluded, license.CodeLimitReached,
		license.CodeTokensInsufficient, license.CodeDevicesExceeded, license.CodeIdle} {
		if api.Code(c).Message() == "" {
			t.Errorf("%s is a refusal of the rules and has no words in the contract", c)
		}
	}
	for _, c := range []string{license.ErrConflict, license.ErrKindMismatch, license.ErrSessionClosed, license.ErrJobEnded,
		license.ErrHoldExpired, license.ErrUserExists, license.ErrLastPrimary, license.ErrSeatsShort, license.ErrWithdrawTooMuch,
		license.ErrTradeTokens, license.ErrTradeRefused, license.ErrSeatsInUse} {
		if api.Code(c).Status() < 400 {
			t.Errorf("%s is an error of the rules and no problem of the contract", c)
		}
	}
}
