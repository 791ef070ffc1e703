#!/bin/sh
# SPDX-License-Identifier: MIT
# gcc.sh - a compilation, optimised and with debug information, and one with errors
. "$(dirname "$0")/lib.sh"
need gcc

cat >"$work/good.c" <<'END'
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct node { struct node *left, *right; double value; char name[32]; };
static struct node *insert(struct node *node, double value)
{
	if (!node) {
		node = calloc(1, sizeof(*node));
		snprintf(node->name, sizeof(node->name), "%g", value);
		node->value = value;
	} else if (value < node->value)
		node->left = insert(node->left, value);
	else
		node->right = insert(node->right, value);
	return node;
}
static double walk(const struct node *node)
{
	return node ? walk(node->left) + sqrt(node->value) + walk(node->right) : 0;
}
int main(int argc, char **argv)
{
	struct node *root = NULL;
	for (int i = 1; i < argc; i++)
		root = insert(root, atof(argv[i]));
	printf("%g\n", walk(root));
	return (int)strlen(argv[0]);
}
END
echo 'int f(void) { return undeclared; } struct s { nonsense x; };' >"$work/bad.c"
echo 'gcc -O3 -g -S -o - ../good.c; gcc -O2 -c ../good.c -o good.o && gcc good.o -lm -o good; ./good 4 9 16; gcc -c ../bad.c' \
	>"$work/script"
run_in_both gcc sh "$work/script"
