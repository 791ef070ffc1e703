'use strict';
/*
 * flame.js - the flame graph of the allocation stacks, on a canvas
 *
 * Owns     the layout of the frames, zoom, the frame under the pointer or the keyboard.
 * For      main.js, which gives it a tree and is told when the zoom changes.
 * Never    lays out what is narrower than half a pixel: ten thousand stacks cost what can be seen.
 */
class FlameGraph {
	constructor(canvas, modules, onZoom, onLook) {
		this.canvas = canvas;
		this.modules = modules;
		this.onZoom = onZoom;
		this.onLook = onLook;
		this.boxes = [];
		this.rowHeight = 20;
		canvas.addEventListener('mousemove', (event) => this.look(this.boxAt(event)));
		canvas.addEventListener('mouseleave', () => this.look(null));
		canvas.addEventListener('click', (event) => this.click(event));
		canvas.addEventListener('keydown', (event) => this.key(event));
		canvas.addEventListener('focus', () => this.look(this.looked || this.boxes[0]));
	}

	setTree(tree, kind) {
		this.tree = tree;
		this.kind = kind;
		this.zoomed = tree;
		this.looked = null;
		this.draw();
	}

	zoom(node) {
		this.zoomed = node;
		this.draw();
		this.look(this.boxes.find((box) => box.node === node) || null);
		this.onZoom(node === this.tree ? null : node);
	}

	/* The zoomed node and its ancestors have the whole width; below, each its share. */
	layout(width) {
		const boxes = [];
		const todo = [];

		for (let node = this.zoomed; node; node = node.parent)
			boxes.unshift({ node, x: 0, width });
		todo.push(boxes[boxes.length - 1]);
		while (todo.length) {
			const { node, x, width: room } = todo.pop();
			let at = x;

			for (const child of [...node.children.values()].sort((a, b) => b.weight - a.weight)) {
				const share = node.weight ? room * child.weight / node.weight : 0;

				if (share < 0.5)
					break;
				const box = { node: child, x: at, width: share };
				boxes.push(box);
				todo.push(box);
				at += share;
			}
		}
		return boxes;
	}

	draw() {
		const width = this.canvas.parentElement.clientWidth;

		if (!this.tree || !width)
			return;
		this.boxes = this.layout(width);
		const depth = this.boxes.reduce((most, box) => Math.max(most, box.node.depth), 0) + 1;
		const scale = window.devicePixelRatio || 1;
		this.canvas.width = Math.round(width * scale);
		this.canvas.height = Math.round(depth * this.rowHeight * scale);
		this.canvas.style.height = depth * this.rowHeight + 'px';
		this.paint(scale);
	}

	paint(scale) {
		const style = getComputedStyle(document.documentElement);
		const context = this.canvas.getContext('2d');

		this.colours = new Map(this.modules.slice(0, 6)
			.map((module, i) => [module, style.getPropertyValue('--module-' + i)]));
		this.plain = style.getPropertyValue('--module-rest');
		this.page = style.getPropertyValue('--page');
		this.ink = style.getPropertyValue('--flame-ink');
		this.focusInk = style.getPropertyValue('--accent');
		context.setTransform(scale, 0, 0, scale, 0, 0);
		context.clearRect(0, 0, this.canvas.width, this.canvas.height);
		context.font = '12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';
		context.textBaseline = 'middle';
		this.letter = context.measureText('m').width;
		for (const box of this.boxes)
			this.paintBox(context, box);
		if (this.looked)
			this.paintFrame(context, this.looked);
	}

	paintBox(context, box) {
		const y = box.node.depth * this.rowHeight;
		const letters = Math.floor((box.width - 8) / this.letter);
		const name = frameName(box.node.frame);

		context.globalAlpha = box.node.depth < this.zoomed.depth ? 0.55 : 1;
		context.fillStyle = this.colours.get(box.node.frame.module) || this.plain;
		context.fillRect(box.x, y, Math.max(box.width - 1, 0.5), this.rowHeight - 1);
		if (letters >= 3) {
			context.fillStyle = this.ink;
			context.fillText(name.length > letters ? name.slice(0, letters - 1) + '…' : name,
				box.x + 4, y + this.rowHeight / 2);
		}
		context.globalAlpha = 1;
	}

	paintFrame(context, box) {
		context.strokeStyle = this.focusInk;
		context.lineWidth = 2;
		context.strokeRect(box.x + 1, box.node.depth * this.rowHeight + 1,
			Math.max(box.width - 3, 1), this.rowHeight - 3);
	}

	boxAt(event) {
		const area = this.canvas.getBoundingClientRect();
		const x = event.clientX - area.left;
		const depth = Math.floor((event.clientY - area.top) / this.rowHeight);

		return this.boxes.find((box) => box.node.depth === depth && x >= box.x && x < box.x + box.width) || null;
	}

	click(event) {
		const box = this.boxAt(event);

		if (box)
			this.zoom(box.node);
	}

	look(box) {
		if (box === this.looked)
			return;
		this.looked = box;
		this.paint(window.devicePixelRatio || 1);
		this.canvas.style.cursor = box ? 'pointer' : '';
		this.onLook(box && box.node);
	}

	/* The box beside @box in its row. */
	beside(box, step) {
		const row = this.boxes.filter((other) => other.node.depth === box.node.depth)
			.sort((a, b) => a.x - b.x);

		return row[row.indexOf(box) + step];
	}

	key(event) {
		const box = this.looked || this.boxes[0];
		const steps = {
			ArrowUp: () => this.boxes.find((other) => other.node === box.node.parent),
			ArrowDown: () => this.boxes.find((other) => other.node.parent === box.node),
			ArrowLeft: () => this.beside(box, -1),
			ArrowRight: () => this.beside(box, 1),
		};

		if (event.ctrlKey || event.altKey || event.metaKey || !box)
			return;
		if (steps[event.key]) {
			const next = steps[event.key]();

			if (next)
				this.look(next);
			this.keepInSight();
		} else if (event.key === 'Enter' || event.key === ' ') {
			this.zoom(box.node);
		} else if (event.key === 'Escape') {
			this.zoom(this.tree);
		} else {
			return;
		}
		event.preventDefault();
	}

	keepInSight() {
		const area = this.canvas.parentElement;
		const top = this.looked.node.depth * this.rowHeight;

		if (top < area.scrollTop)
			area.scrollTop = top;
		else if (top + this.rowHeight > area.scrollTop + area.clientHeight)
			area.scrollTop = top + this.rowHeight - area.clientHeight;
	}
}
