package dev.selfsame.binary.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.Category;
import org.junit.jupiter.api.Test;

class FunctionTableTest {
  /** Made so that both have the same hash, each with its category. */
  private static final String IN_CODE = "\u5ad1\u56a1\u5bf1\u5bf7\u4e00";

  private static final String IN_DATA = "\u56ef\u76bf\u718e\u5ba0\u8af7";

  @Test
  void names_of_one_hash_in_two_categories_stay_apart() {
    long key = FunctionTable.key(IN_CODE, Category.CODE);
    assertEquals(key, FunctionTable.key(IN_DATA, Category.DATA), "as they were made");
    FunctionTable table = new FunctionTable();
    table.add(IN_CODE, Category.CODE, 100, 0);
    table.add(IN_DATA, Category.DATA, 7, 1);
    table.add(IN_DATA, Category.DATA, 1, 2);
    assertEquals(2, table.rows());
    assertEquals(100, table.bytes(table.find(key, Category.CODE)));
    assertEquals(8, table.bytes(table.find(key, Category.DATA)));
    assertEquals(-1, table.find(key, Category.RODATA));
  }

  @Test
  void rows_are_found_again_when_there_are_many() {
    FunctionTable table = new FunctionTable();
    for (int i = 0; i < 10_000; i++) {
      table.add("f" + i, i % 2 == 0 ? Category.CODE : Category.DATA, i, i);
    }
    assertEquals(10_000, table.rows());
    for (int i = 0; i < 10_000; i++) {
      Category category = i % 2 == 0 ? Category.CODE : Category.DATA;
      assertEquals(i, table.bytes(table.find(FunctionTable.key("f" + i, category), category)));
    }
  }
}
