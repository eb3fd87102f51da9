package firm

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Team is the firm's id, and Name what it is called.
const (
	Team = "kestrel"
	Name = "Kestrel Engineering"
)

// admin runs the team and buys the packs.
const admin = "ingrid"

// seats are the firm's subscriptions.
var seats = []struct {
	what     string
	floating bool
	count    int
}{
	{"aec-collection", false, 12}, {"revit", false, 6}, {"autocad", false, 8}, {"inventor", false, 4},
	{"vault-office", false, 3}, {"autocad", true, 2},
}

// cast lists the people: id, name, what they are assigned, and what they use on how many days a month.
// "~" makes it about so many days, "daily" is every day at work, "always" is never closed, and "@" gives the
// day from which on.
const cast = `
ingrid  | Ingrid Solheim      |                       |
mei     | Mei Nakamura        | aec-collection, flex  | revit daily, navisworks ~5
seun    | Seun Adeyemi        | aec-collection        | revit daily, autocad ~6
lucia   | Lucía Herrera       | aec-collection        | revit daily, navisworks ~8
pavel   | Pavel Novotný       | aec-collection        | civil-3d daily, autocad ~8
fatima  | Fatima Benali       | aec-collection, flex  | revit daily, infraworks ~3
erik    | Erik Lindqvist      | aec-collection        | revit daily, autocad ~4
priya   | Priya Raghunathan   | aec-collection, flex  | revit daily, navisworks ~6, bim-collaborate-pro ~3
marco   | Marco Bellini       | aec-collection        | revit daily, 3ds-max ~4
hana    | Hana Kobayashi      | aec-collection        | civil-3d daily, navisworks ~3
yusuf   | Yusuf Demir         | aec-collection        | revit daily, autocad ~5
chloe   | Chloé Marchand      | aec-collection        | revit daily, formit-pro ~3
thabo   | Thabo Mokoena       | aec-collection        | autocad ~6
sarah   | Sarah Whitfield     | revit, flex           | revit daily, navisworks 2
diego   | Diego Fuentes       | revit, flex           | revit daily
linh    | Linh Tran           | revit, flex           | revit daily, navisworks ~1
kasia   | Kasia Wójcik        | revit                 | revit daily
ahmed   | Ahmed Farouk        | revit, flex           | revit daily, autocad ~2
elena   | Elena Petrova       | revit                 | revit daily
marek   | Marek Dvořák        | autocad               | autocad daily
giulia  | Giulia Conti        | autocad               | autocad daily, navisworks ~1 @2025-03-20
samuel  | Samuel Mensah       | autocad               | autocad daily
birgit  | Birgit Hoffmann     | autocad               | autocad daily
ravi    | Ravi Menon          | autocad, flex         | autocad daily, revit ~1
aroha   | Aroha Ngata         | autocad               | autocad ~15
walter  | Walter Brandt       | autocad               | autocad ~1
ines    | Inês Carvalho       | autocad               | autocad ~2
jonas   | Jonas Becker        | inventor, flex        | inventor daily, autocad ~3
sofia   | Sofía Papadaki      | inventor              | inventor daily
minh    | Minh Pham           | inventor              | inventor ~16
graham  | Graham Ellis        | inventor              | inventor ~2
omar    | Omar Haddad         | autocad float, flex   | autocad ~7
tuva    | Tuva Berg           | autocad float, flex   | autocad ~8
kofi    | Kofi Asante         | autocad float, flex   | autocad ~6
isabel  | Isabel Duarte       | autocad float, flex   | autocad ~7
ren     | Ren Watanabe        | autocad float, flex   | autocad ~6
ruth    | Ruth Abramson       | vault-office          | vault-office daily
bogdan  | Bogdan Ionescu      | vault-office          | vault-office daily
amara   | Amara Diallo        | vault-office          | vault-office ~12
james   | James Okafor        | flex                  | autocad 10
anna    | Anna Lindgren       | flex                  | inventor 4
nikhil  | Nikhil Shah         | flex                  | navisworks always
teresa  | Teresa Molina       | flex                  | revit ~14
lars    | Lars Mikkelsen      | flex                  | civil-3d ~11, autocad ~5, navisworks ~4
zeynep  | Zeynep Aydin        | flex                  | navisworks ~3
hugo    | Hugo Lemaire        | flex                  | 3ds-max ~5
aiko    | Aiko Yamamoto       | flex                  | maya ~4, 3ds-max ~6 @2025-03-03
kwame   | Kwame Boateng       | flex                  | civil-3d ~3
olga    | Olga Sidorova       | flex                  | revit ~2
daniel  | Daniel Cohen        | flex                  | bim-collaborate-pro ~6
nadia   | Nadia Rahman        | flex                  | bim-collaborate-pro ~4, takeoff ~2
peter   | Peter van Dijk      | flex                  | fusion ~5
leila   | Leila Hosseini      | flex                  | moldflow-insight ~1 @2025-02-14
kenji   | Kenji Mori          | flex                  | inventor ~1
rosa    | Rosa Delgado        | flex                  | infraworks ~2, formit-pro ~1
emeka   | Emeka Nwosu         | flex                  | autocad ~2, navisworks ~2
sven    | Sven Dahl           | flex                  | inventor ~3
mina    | Mina Park           | flex                  | build ~3
tarek   | Tarek Mansour       | flex                  | autocad-mechanical ~4
grace   | Grace Muller        | flex                  | takeoff ~3
noor    | Noor Rahimi         | autocad               | autocad daily @2025-07-14
`

// person is one of the cast.
type person struct {
	id, name, mail string
	assigned       []assignment
	habits         []habit
	off            map[string]bool // days of leave
	left           time.Time       // when they left the firm; zero: not
	early          time.Duration   // how much after seven they come
	upgrade        time.Time       // when they get the version of 2026
}

type assignment struct {
	what     string
	floating bool
}

// habit is a product that somebody uses.
type habit struct {
	product string
	days    int  // a month
	about   bool // give or take one
	daily   bool // every day at work
	always  bool // never closed
	from    time.Time
}

// exact reports whether the days of a person's habits are told in numbers that must be met.
func (p *person) exact() bool {
	for _, h := range p.habits {
		if h.days > 0 && !h.about {
			return true
		}
	}
	return false
}

// readCast reads the list of people.
func readCast(text string) (people []*person, err error) {
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			return nil, fmt.Errorf("%q has not four columns", line)
		}
		p := &person{id: strings.TrimSpace(cells[0]), name: strings.TrimSpace(cells[1])}
		p.mail = p.id + "@" + Team + ".example"
		for _, a := range list(cells[2]) {
			what, floating := strings.CutSuffix(a, " float")
			p.assigned = append(p.assigned, assignment{what, floating})
		}
		for _, word := range list(cells[3]) {
			h, err := readHabit(word)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.id, err)
			}
			p.habits = append(p.habits, h)
		}
		people = append(people, p)
	}
	return people, nil
}

func list(cell string) (items []string) {
	for _, item := range strings.Split(cell, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

func readHabit(text string) (h habit, err error) {
	words := strings.Fields(text)
	if len(words) == 3 {
		h.from = on(strings.TrimPrefix(words[2], "@"))
	} else if len(words) != 2 {
		return h, fmt.Errorf("%q is not a product and a number of days", text)
	}
	h.product = words[0]
	switch often := words[1]; often {
	case "daily":
		h.daily = true
	case "always":
		h.always = true
	default:
		often, h.about = strings.CutPrefix(often, "~")
		h.days, err = strconv.Atoi(often)
	}
	return h, err
}
