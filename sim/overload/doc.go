// Package overload measures what the true server does when far more is asked of it than it can do. Its load is
// open: requests come by a schedule and not when others have been answered, and a request's time counts from
// its instant in the schedule, so that a slow server does not hide how slow it is by being asked less. What it
// measures and its command are in docs/overload.md.
package overload
