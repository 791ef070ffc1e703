/* SPDX-License-Identifier: MIT */
/*
 * python_words.c - a module for Python that counts words, and forgets a reference
 *
 *   words.count(table, text)    adds 1 to table[word.lower()] for each word
 *
 * PyDict_SetItem() takes references of its own; the one to the word that was made here is never given
 * back, so the word outlives its table.  -DFIXED gives it back.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <ctype.h>

static PyObject *make_word(const char *start, size_t length)
{
	PyObject *word = PyBytes_FromStringAndSize(start, (Py_ssize_t)length); /* LEAK */
	char *text = word ? PyBytes_AsString(word) : NULL;

	for (size_t i = 0; text && i < length; i++)
		text[i] = (char)tolower((unsigned char)text[i]);
	return word;
}

static int count_word(PyObject *table, PyObject *word)
{
	PyObject *old = PyDict_GetItem(table, word);
	PyObject *new = PyLong_FromLong(old ? PyLong_AsLong(old) + 1 : 1);
	int result = new ? PyDict_SetItem(table, word, new) : -1;

	Py_XDECREF(new);
#ifdef FIXED
	Py_DECREF(word);
#endif
	return result;
}

static PyObject *count(PyObject *self, PyObject *arguments)
{
	PyObject *table;
	const char *text;

	(void)self;
	if (!PyArg_ParseTuple(arguments, "O!s", &PyDict_Type, &table, &text))
		return NULL;
	while (*(text += strspn(text, " "))) {
		size_t length = strcspn(text, " ");
		PyObject *word = make_word(text, length);

		if (!word || count_word(table, word) != 0)
			return NULL;
		text += length;
	}
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{ "count", count, METH_VARARGS, "count(table, text)" },
	{ NULL, NULL, 0, NULL },
};

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "words", NULL, -1, methods, NULL, NULL, NULL, NULL
};

PyMODINIT_FUNC PyInit_words(void)
{
	return PyModule_Create(&module);
}
