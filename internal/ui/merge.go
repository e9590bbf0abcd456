package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// lasts tells whether the page of a screen is changed in place when it is drawn anew: what is like before stays. Nothing on such a page may be
// known to a func that was made together with it, but for a field and the line below it. One that fills the page with a list draws itself.
func lasts(s screen) bool {
	switch s.(type) {
	case *sectionScreen, *findingScreen, *countsScreen, *inspectionScreen, *siteScreen, *beginScreen, *trayScreen, *patternScreen, *outboxScreen,
		*listScreen, *picturesScreen, *actionsScreen, *actionScreen, *personsScreen, *personScreen, *placesScreen, *placeScreen, *followUpsScreen, *followUpScreen, *coverScreen:
		return true
	}
	return false
}

// renewer is an object that can show and do what another of its kind shows and does, and so stay where it is.
type renewer interface {
	fyne.CanvasObject
	renew(from fyne.CanvasObject)
}

// likeness is what two objects have in common of which the second may be the first, drawn anew.
type likeness struct {
	kind reflect.Type
	id   string // id: of the object, or of the first below it that has one
}

// likenessOf gives the likeness of an object; false for one that is always drawn anew.
func likenessOf(o fyne.CanvasObject) (likeness, bool) {
	l := likeness{kind: reflect.TypeOf(o)}
	switch o := o.(type) {
	case *fyne.Container:
		if o.Layout == nil {
			return l, false
		}
		for _, held := range o.Objects {
			if _, ok := held.(*entry); ok {
				return l, false // a field knows the line below it
			}
		}
		l.kind = reflect.TypeOf(o.Layout)
	case renewer, *canvas.Rectangle, *canvas.Image:
	default:
		return l, false
	}
	each(o, func(o fyne.CanvasObject) bool {
		if n, ok := o.(named); ok && l.id == "" {
			l.id = n.name()
		}
		return l.id == ""
	})
	return l, true
}

// merged gives the objects that are to be on a page: those of now, and in place of each that is like one of before that one, which then shows and
// does what the new one would. What stays keeps its focus, its place and what was drawn of it.
func merged(before, now []fyne.CanvasObject) []fyne.CanvasObject {
	left := map[likeness][]fyne.CanvasObject{}
	for _, o := range before {
		if l, ok := likenessOf(o); ok {
			left[l] = append(left[l], o)
		}
	}
	out := make([]fyne.CanvasObject, len(now))
	for i, o := range now {
		out[i] = o
		l, ok := likenessOf(o)
		if !ok || len(left[l]) == 0 {
			continue
		}
		out[i] = taken(left[l][0], o)
		left[l] = left[l][1:]
	}
	return out
}

// taken gives the object of before where it can be as the one of now is, otherwise that.
func taken(before, now fyne.CanvasObject) fyne.CanvasObject {
	if before == now {
		return now
	}
	switch n := now.(type) {
	case *fyne.Container:
		b := before.(*fyne.Container)
		b.Objects = merged(b.Objects, n.Objects)
		n.Objects = b.Objects // whoever knows the new container by name finds in it what is on the page
		b.Layout, b.Hidden = n.Layout, n.Hidden
		return b
	case *canvas.Rectangle:
		if b := before.(*canvas.Rectangle); b.FillColor == n.FillColor && b.StrokeColor == n.StrokeColor && b.MinSize() == n.MinSize() {
			return b
		}
	case *canvas.Image:
		b := before.(*canvas.Image)
		if b.Resource != nil && n.Resource != nil && b.Resource.Name() == n.Resource.Name() && b.Hidden == n.Hidden {
			return b
		}
	case renewer:
		before.(renewer).renew(n)
		return before
	}
	return now
}

// relaid lays out what an object holds, also where its own size is the same as before.
func relaid(o fyne.CanvasObject) {
	each(o, func(o fyne.CanvasObject) bool {
		if c, ok := o.(*fyne.Container); ok && c.Layout != nil {
			c.Layout.Layout(c.Objects, c.Size())
		}
		return true
	})
}
