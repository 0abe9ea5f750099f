package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.view.Treemap.Tile;
import java.util.List;
import org.junit.jupiter.api.Test;

class TreemapTest {
  private static final double ASPECT = 3;

  @Test
  void areas_are_as_the_bytes_and_fill_the_whole() {
    List<Tile> tiles = Treemap.of(Samples.comparison(), ASPECT).tiles();
    long bytes = tiles.stream().mapToLong(tile -> Math.abs(tile.bytes())).sum();
    assertTrue(tiles.size() > 3);
    assertEquals(1, tiles.stream().mapToDouble(t -> t.width() * t.height()).sum(), 1e-9);
    for (Tile tile : tiles) {
      double share = (double) Math.abs(tile.bytes()) / bytes;
      assertEquals(share, tile.width() * tile.height(), 1e-9, tile.name());
    }
  }

  @Test
  void no_tile_covers_another_or_leaves_the_whole() {
    List<Tile> tiles = Treemap.of(Samples.comparison().b(), ASPECT).tiles();
    for (Tile one : tiles) {
      assertTrue(one.x() >= -1e-9 && one.x() + one.width() <= 1 + 1e-9, one.name());
      assertTrue(one.y() >= -1e-9 && one.y() + one.height() <= 1 + 1e-9, one.name());
      for (Tile other : tiles) {
        assertFalse(one != other && covers(one, other), one.name() + " and " + other.name());
      }
    }
  }

  private static boolean covers(Tile one, Tile other) {
    double nothing = 1e-9;
    return one.x() + one.width() > other.x() + nothing
        && other.x() + other.width() > one.x() + nothing
        && one.y() + one.height() > other.y() + nothing
        && other.y() + other.height() > one.y() + nothing;
  }

  @Test
  void the_bytes_of_all_tiles_are_the_difference() {
    List<Tile> tiles = Treemap.of(Samples.comparison(), ASPECT).tiles();
    assertEquals(Samples.comparison().sizeDelta(), tiles.stream().mapToLong(Tile::bytes).sum());
  }

  @Test
  void where_nothing_differs_there_is_nothing_to_draw() {
    assertTrue(Treemap.of(Samples.identical(), ASPECT).tiles().isEmpty());
  }
}
