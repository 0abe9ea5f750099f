/**
 * People with keys, records of builds and registries on disk, for the tests of what they do
 * together. Keys sign and signatures are verified as in the product; nothing is mocked.
 */
package dev.selfsame.scenes;
