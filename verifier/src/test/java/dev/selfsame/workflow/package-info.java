/**
 * A small GitHub runner: it takes workflows and composite actions step by step, with the
 * environment, the files and the expressions that the real one gives them, and refuses what it does
 * not know. Steps that are other people's actions and work on GitHub's own services (checkout,
 * setup-java, upload-artifact) are done as far as a folder can have their effect.
 */
package dev.selfsame.workflow;
