// Which thing of a changed text is which one of before, so that what is open or in use stays so wherever it goes.

let made = 0;

// `before` are the things of before with their `id`. `likenesses` say by what they are known, the surest first: functions
// of a thing to a string. What is still unknown is taken to be what was in its place, if as many are there as before.
// Gives the things of now with their ids.
export function follow(before, now, likenesses) {
  const ids = new Array(now.length).fill(null);
  const left = new Set(before);
  const claim = (place, old) => {
    if (ids[place] !== null || !left.delete(old)) return;
    ids[place] = old.id;
  };
  for (const like of likenesses) {
    now.forEach((thing, place) => before[place] && like(before[place]) === like(thing) && claim(place, before[place]));
    now.forEach(
      (thing, place) =>
        ids[place] ??
        claim(
          place,
          [...left].find((old) => like(old) === like(thing)),
        ),
    );
  }
  if (before.length === now.length) now.forEach((_, place) => claim(place, before[place]));
  return now.map((thing, place) => ({ ...thing, id: ids[place] ?? `thing-${++made}` }));
}
