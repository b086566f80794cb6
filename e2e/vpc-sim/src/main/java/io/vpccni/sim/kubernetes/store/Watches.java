package io.vpccni.sim.kubernetes.store;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;

/**
 * Keeps the open watches of a store. It is thread-safe; the store tells them of changes under its
 * lock.
 */
final class Watches {
  private final Set<Watching> open = new CopyOnWriteArraySet<>();

  private final class Watching implements OpenWatch {
    private final Selection selection;
    private final Consumer<WatchEvent> listener;
    private final boolean bookmarks;

    Watching(Selection selection, Consumer<WatchEvent> listener, boolean bookmarks) {
      this.selection = selection;
      this.listener = listener;
      this.bookmarks = bookmarks;
    }

    @Override
    public void close() {
      open.remove(this);
    }
  }

  OpenWatch open(Selection selection, boolean bookmarks, Consumer<WatchEvent> listener) {
    var watch = new Watching(selection, listener, bookmarks);
    open.add(watch);
    return watch;
  }

  void tell(Change change) {
    for (var watch : open) {
      change.seenBy(watch.selection).ifPresent(watch.listener);
    }
  }

  /** Tells every watch that wants bookmarks where it is. */
  void bookmark(long version) {
    for (var watch : open) {
      if (watch.bookmarks) {
        watch.listener.accept(WatchEvent.bookmark(watch.selection.type(), version, false));
      }
    }
  }

  /** Ends every watch with an error. */
  void end(ApiFailure failure) {
    for (var watch : open) {
      watch.listener.accept(WatchEvent.error(failure));
    }
    open.clear();
  }
}
